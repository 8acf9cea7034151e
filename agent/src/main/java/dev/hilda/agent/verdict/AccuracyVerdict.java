// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.result.AccuracyResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Whether the network answers the data set as well as before, whatever board computes it. */
final class AccuracyVerdict {
    static final String METRIC = "accuracy";
    static final String PARITY = "parity";
    private static final Set<String> NEEDED = Set.of("data_sha256", "metric");
    private static final Set<Metric> BY_IMAGE = Set.of(Metric.TOP1, Metric.AGREEMENT);

    private final JudgedRun baseline;
    private final JudgedRun candidate;
    private final Policy policy;
    private final ImagePairs pairs;
    private final boolean isSameNetwork;

    AccuracyVerdict(JudgedRun baseline, JudgedRun candidate, Policy policy) {
        this.baseline = baseline;
        this.candidate = candidate;
        this.policy = policy;
        this.pairs = ImagePairs.of(baseline.images(), candidate.images());
        this.isSameNetwork = baseline.result()
                .origin()
                .networkSha256()
                .equals(candidate.result().origin().networkSha256());
    }

    /** Whether the boards computed what the networks say; empty where a run has no answers. */
    Optional<MetricVerdict> parity() {
        if (baseline.answered() == 0 || candidate.answered() == 0) {
            return Optional.empty();
        }
        return Optional.of(fault().map(fault -> MetricVerdict.of(PARITY, Verdict.FAULT, fault))
                .orElseGet(() -> MetricVerdict.of(
                        PARITY,
                        Verdict.EQUAL,
                        "every output is the reference interpreter's"
                                + (isSameNetwork && pairs.count() > 0
                                        ? ", and the same network answers as before"
                                        : ""))));
    }

    private Optional<String> fault() {
        if (candidate.unmatched() > 0) {
            return Optional.of(differing(candidate) + ": a fault of the bench or a kernel, not of the network");
        }
        if (baseline.unmatched() > 0) {
            return Optional.of("of the baseline, " + differing(baseline) + ": take another one");
        }
        if (isSameNetwork && pairs.changed() > 0) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the same network takes %,d of %,d images for something else than before: a fault of the bench or a"
                            + " kernel",
                    pairs.changed(),
                    pairs.count()));
        }
        return Optional.empty();
    }

    private static String differing(JudgedRun run) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d images have other outputs than the reference interpreter's",
                run.unmatched(),
                run.answered());
    }

    /** Empty where neither run has such a figure. */
    Optional<MetricVerdict> accuracy(List<Change> changes) {
        OptionalDouble before = baseline.accuracy();
        OptionalDouble now = candidate.accuracy();
        if (before.isEmpty() && now.isEmpty()) {
            return Optional.empty();
        }
        if (before.isEmpty() || now.isEmpty()) {
            return notComparable("only one of the runs has one", List.of());
        }
        List<Change> other = Change.among(changes, NEEDED);
        if (!other.isEmpty()) {
            return notComparable("another data set, preprocessing or metric", other);
        }
        if (fault().isPresent()) {
            return notComparable("the answers are not the network's, see parity", List.of());
        }
        Figures figures = Figures.of(before.getAsDouble(), now.getAsDouble());
        return Optional.of(BY_IMAGE.contains(metric(candidate)) ? byImage() : byFigure(figures));
    }

    /** Of the test that the verdict rests on; empty where there is none. */
    OptionalDouble probability(List<Change> changes) {
        boolean isTested = !isSameNetwork
                && pairs.count() > 0
                && baseline.accuracy().isPresent()
                && candidate.accuracy().isPresent()
                && BY_IMAGE.contains(metric(candidate))
                && Change.among(changes, NEEDED).isEmpty()
                && fault().isEmpty();
        return isTested ? OptionalDouble.of(McNemar.probability(pairs.lost(), pairs.won())) : OptionalDouble.empty();
    }

    private static Optional<MetricVerdict> notComparable(String reason, List<Change> changes) {
        return Optional.of(MetricVerdict.of(METRIC, Verdict.NOT_COMPARABLE, FigureVerdict.because(reason, changes)));
    }

    private static Metric metric(JudgedRun run) {
        return run.result().accuracy().map(AccuracyResult::metric).orElse(Metric.NONE);
    }

    /** Of figures that images by themselves do not have. */
    private static MetricVerdict byFigure(Figures figures) {
        return figures.change() == 0
                ? MetricVerdict.of(METRIC, Verdict.EQUAL, "the same figure", figures)
                : MetricVerdict.of(
                        METRIC,
                        Verdict.OPEN,
                        "the figure changed, and only top-1 and agreement are tested image by image: decide",
                        figures);
    }

    private MetricVerdict byImage() {
        if (pairs.count() == 0) {
            return MetricVerdict.of(
                    METRIC, Verdict.NOT_COMPARABLE, "the runs have no image in common that the store remembers");
        }
        PairedFigures paired = PairedFigures.of(pairs, policy);
        double images = pairs.count();
        Figures figures =
                Figures.of(pairs.baselineRight() / images, (pairs.baselineRight() + paired.netImages()) / images);
        if (isSameNetwork) {
            return MetricVerdict.of(METRIC, Verdict.EQUAL, "the same network with the same answers", figures, paired);
        }
        return MetricVerdict.of(METRIC, verdict(paired), reason(paired), figures, paired);
    }

    /** A drop that is no chance is worse however small it is; the tolerance says what else might go unseen. */
    private Verdict verdict(PairedFigures paired) {
        if (paired.probability() <= policy.significance()) {
            return paired.netImages() < 0 ? Verdict.WORSE : Verdict.BETTER;
        }
        return paired.differenceLowPoints() >= -policy.equalWithinPoints() ? Verdict.EQUAL : Verdict.UNSHOWN;
    }

    private String reason(PairedFigures paired) {
        return switch (verdict(paired)) {
            case WORSE -> "more images are lost than by chance";
            case BETTER -> "more images are won than by chance";
            case EQUAL ->
                String.format(
                        Locale.ROOT, "no drop of more than %s points", FigureVerdict.plain(policy.equalWithinPoints()));
            default -> below(paired);
        };
    }

    private String below(PairedFigures paired) {
        boolean isDrop = paired.netImages() < 0;
        double points = isDrop ? -paired.differencePoints() : policy.equalWithinPoints();
        String needed = paired.neededImages().isPresent()
                ? String.format(
                        Locale.ROOT,
                        " (needs about %,d images)",
                        paired.neededImages().getAsLong())
                : "";
        return String.format(
                Locale.ROOT,
                isDrop
                        ? "a drop of %.2f points is below what this set can show%s"
                        : "no drop seen; one of %.2f points is below what this set can show%s",
                points,
                needed);
    }
}
