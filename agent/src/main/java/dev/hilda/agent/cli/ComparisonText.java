// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.verdict.Change;
import dev.hilda.agent.verdict.Comparison;
import dev.hilda.agent.verdict.Figures;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.PairedFigures;
import java.util.Locale;

/** A comparison for people. */
record ComparisonText(Comparison comparison) {
    private static final String ACCURACY = "accuracy";
    private static final double POINTS = 100;

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(side("baseline ", comparison.baseline()));
        text.append(side("candidate", comparison.candidate()));
        text.append(String.format(
                Locale.ROOT, "%n%s%n", comparison.conclusion().label().toUpperCase(Locale.ROOT)));
        TextTable table = new TextTable("  METRIC", "VERDICT", "BASELINE", "CANDIDATE", "DIFFERENCE", "WHY");
        for (MetricVerdict verdict : comparison.verdicts()) {
            table.add(
                    "  " + verdict.metric(),
                    verdict.verdict().label(),
                    verdict.figures()
                            .map(figures -> figure(verdict, figures.baseline()))
                            .orElse(""),
                    verdict.figures()
                            .map(figures -> figure(verdict, figures.candidate()))
                            .orElse(""),
                    verdict.figures().map(figures -> change(verdict, figures)).orElse(""),
                    verdict.reason());
        }
        text.append(table);
        comparison.verdicts().forEach(verdict -> verdict.paired().ifPresent(paired -> text.append(paired(paired))));
        if (!comparison.changes().isEmpty()) {
            text.append(String.format(Locale.ROOT, "%nWhat else changed:%n"));
            for (Change change : comparison.changes()) {
                text.append("  ").append(change).append('\n');
            }
        }
        return text.toString().stripTrailing();
    }

    private static String side(String name, Comparison.Side side) {
        return String.format(
                Locale.ROOT,
                "%s  %s  %s  %s on %s %s%s%n",
                name,
                StoredRuns.shown(side.runId()),
                side.time(),
                side.model(),
                side.board(),
                side.boardSerial(),
                side.passed() ? "" : "  (did not pass)");
    }

    private static String figure(MetricVerdict verdict, double value) {
        return verdict.metric().equals(ACCURACY)
                ? String.format(Locale.ROOT, "%.4f", value)
                : TextTable.number(Math.round(value));
    }

    private static String change(MetricVerdict verdict, Figures figures) {
        return verdict.metric().equals(ACCURACY)
                ? String.format(Locale.ROOT, "%+.2f points", POINTS * figures.change())
                : String.format(Locale.ROOT, "%+.2f %%", figures.percent());
    }

    private String paired(PairedFigures paired) {
        String others = paired.baselineOnlyImages() + paired.candidateOnlyImages() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (%,d of the baseline's and %,d of the candidate's are in one run only)",
                        paired.baselineOnlyImages(),
                        paired.candidateOnlyImages());
        String smallest = paired.smallestDropPoints().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "the smallest drop that this set detects is %.2f points",
                        paired.smallestDropPoints().getAsDouble())
                : "this set is too small to detect any drop";
        return String.format(
                Locale.ROOT,
                "  accuracy  %+d images net of %,d in common%s: %,d lost, %,d won; %+.2f points (%.2f to %.2f, %s %%"
                        + " confidence)%n            by chance with probability %.3g; %s (significance %s, power %s)%n",
                paired.netImages(),
                paired.commonImages(),
                others,
                paired.lostImages(),
                paired.wonImages(),
                paired.differencePoints(),
                paired.differenceLowPoints(),
                paired.differenceHighPoints(),
                number(POINTS * (1 - comparison.policy().significance())),
                paired.probability(),
                smallest,
                number(comparison.policy().significance()),
                number(comparison.policy().power()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value).replaceFirst("0+$", "").replaceFirst("\\.$", "");
    }
}
