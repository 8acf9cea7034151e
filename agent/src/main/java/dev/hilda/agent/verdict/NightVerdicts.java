// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The verdicts on all runs of a night. A bundle's accuracy on a data set is judged once, by the first run that may speak for
 * it; another board that answers otherwise is at fault. The significance holds for the night: it is divided among the tests of
 * accuracies as by {@link Holm}. Cycles that shift on
 * one board alone, or for many networks of one board, are that board's.
 */
public final class NightVerdicts {
    private final List<Pair> pairs;
    private final Policy policy;

    /** By bundle and data set: the index of the run whose accuracy is judged. */
    private final Map<String, Integer> speakers = new HashMap<>();

    /** A run and what it is held against. */
    public record Pair(JudgedRun baseline, JudgedRun candidate) {
        private String networkAndData() {
            return candidate.result().origin().bundleSha256() + " "
                    + candidate.result().origin().dataSha256();
        }

        private boolean maySpeak() {
            return candidate.result().outcome().complete() && candidate.answered() > 0 && candidate.unmatched() == 0;
        }

        OptionalDouble probability(Policy policy) {
            return new AccuracyVerdict(baseline, candidate, policy)
                    .probability(Change.between(baseline.result(), candidate.result()));
        }
    }

    private NightVerdicts(List<Pair> pairs, Policy policy) {
        this.pairs = pairs;
        this.policy = policy;
        for (int index = 0; index < pairs.size(); index++) {
            if (pairs.get(index).maySpeak()) {
                speakers.putIfAbsent(pairs.get(index).networkAndData(), index);
            }
        }
    }

    /** In the order of the pairs. */
    public static List<Comparison> of(List<Pair> pairs, Policy policy) {
        List<Comparison> judged = new NightVerdicts(List.copyOf(pairs), policy).judged();
        return LonelyShift.applied(
                CommonCause.applied(judged),
                pairs.stream().map(Pair::networkAndData).toList(),
                policy.cyclesPercent());
    }

    private List<Comparison> judged() {
        Policy shared = policy.withSignificance(threshold());
        List<Comparison> judged = new ArrayList<>();
        for (int index = 0; index < pairs.size(); index++) {
            Pair pair = pairs.get(index);
            int speaker = speakers.getOrDefault(pair.networkAndData(), index);
            Comparison judgment = Comparison.of(pair.baseline, pair.candidate, shared, speaker == index);
            judged.add(speaker == index ? judgment : beside(judgment, pair.candidate, pairs.get(speaker).candidate));
        }
        return judged;
    }

    /**
     * The probability that is small enough for each test of this night. Holm rejects those up to rank k, of m; the next would
     * be held against the significance by m - k, which no rejected one exceeds and the next one does.
     */
    private double threshold() {
        double[] probabilities = IntStream.range(0, pairs.size())
                .filter(speakers::containsValue)
                .mapToObj(index -> pairs.get(index).probability(policy))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
        int rejected = 0;
        while (rejected < probabilities.length
                && probabilities[rejected] <= policy.significance() / (probabilities.length - rejected)) {
            rejected++;
        }
        return policy.significance() / Math.max(1, probabilities.length - rejected);
    }

    /** What is said of a run whose accuracy another one's stands for. */
    private static Comparison beside(Comparison judgment, JudgedRun run, JudgedRun speaker) {
        Optional<MetricVerdict> fault = differing(run, speaker);
        return judgment.with(judgment.verdicts().stream()
                .map(verdict -> verdict.metric().equals(AccuracyVerdict.PARITY) && verdict.verdict() == Verdict.EQUAL
                        ? fault.orElse(verdict)
                        : verdict)
                .toList());
    }

    private static Optional<MetricVerdict> differing(JudgedRun run, JudgedRun speaker) {
        int changed = ImagePairs.of(speaker.images(), run.images()).changed();
        return changed == 0
                ? Optional.empty()
                : Optional.of(MetricVerdict.of(
                        AccuracyVerdict.PARITY,
                        Verdict.FAULT,
                        changed + " images are something else to board "
                                + speaker.result().run().boardSerial()
                                + " with the same bundle: a fault of a bench, not of the network"));
    }
}
