// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.result.ReferenceResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** How the board's outputs compare with another framework's, for people. */
record ReferenceSummary(ReferenceResult reference) {
    /** More are not told one by one. */
    private static final int SINGLE_OUTPUTS = 12;

    void print(RunOutput output) {
        output.print(
                "  reference %.2f %% (%d of %d) have the same top-1 as in %s",
                100 * reference.referenceAgreement(),
                reference.referenceAgreementImages(),
                reference.referenceImages(),
                reference.referenceFile());
        output.print(
                "            SQNR %s; errors %.4g RMS, %.4g at most",
                decibels(reference.referenceSqnrDb()), reference.referenceRmsError(), reference.referenceMaxError());
        printOutputs(output, reference.referenceSqnrDbOutputs());
        if (reference.referenceWorst().isEmpty()) {
            return;
        }
        TextTable table = new TextTable("  worst     IMAGE", "RMS ERROR", "MAX ERROR", "HERE", "REFERENCE");
        for (ReferenceResult.Worst worst : reference.referenceWorst()) {
            table.add(
                    "            " + worst.image(),
                    String.format(Locale.ROOT, "%.4g", worst.rmsError()),
                    String.format(Locale.ROOT, "%.4g", worst.maxError()),
                    Integer.toString(worst.prediction()),
                    Integer.toString(worst.expected()));
        }
        output.print("%s", table.toString().stripTrailing());
    }

    /** Each of a few; of many the least, all others are in the JSON. */
    private static void printOutputs(RunOutput output, List<Optional<Double>> decibels) {
        boolean isFew = decibels.size() <= SINGLE_OUTPUTS;
        int least = 0;
        for (int index = 0; index < decibels.size(); index++) {
            if (isFew) {
                output.print("            output %d: %s", index, decibels(figure(decibels.get(index))));
            }
            double known = decibels.get(index).orElse(Double.POSITIVE_INFINITY);
            least = known < decibels.get(least).orElse(Double.POSITIVE_INFINITY) ? index : least;
        }
        if (!isFew) {
            output.print("            least of output %d: %s", least, decibels(figure(decibels.get(least))));
        }
    }

    private static OptionalDouble figure(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    private static String decibels(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.1f dB", value.getAsDouble()) : "without error";
    }
}
