// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.measure.ReferenceComparison;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The board's outputs against those that the user's own framework gave for the same inputs; all in real numbers.
 *
 * @param referenceFile its name, without folders
 * @param referenceImages images compared
 * @param referenceAgreementImages those with the same largest output
 * @param referenceMaxError of any output
 * @param referenceRmsError over all outputs
 * @param referenceSqnrDb of all outputs together; empty where nothing differs, or the reference is 0 throughout
 * @param referenceSqnrDbOutputs the same of each output
 * @param referenceWorst images that differ most by their RMS error, the worst first
 */
public record ReferenceResult(
        String referenceFile,
        long referenceImages,
        long referenceAgreementImages,
        double referenceAgreement,
        double referenceMaxError,
        double referenceRmsError,
        OptionalDouble referenceSqnrDb,
        List<Optional<Double>> referenceSqnrDbOutputs,
        List<Worst> referenceWorst) {
    /**
     * An image.
     *
     * @param image counted from 0
     * @param prediction index of the board's largest output
     * @param expected of the reference's
     */
    public record Worst(long image, double rmsError, double maxError, int prediction, int expected) {}

    public ReferenceResult {
        referenceSqnrDbOutputs = List.copyOf(referenceSqnrDbOutputs);
        referenceWorst = List.copyOf(referenceWorst);
    }

    /** Of at least one image. */
    public static ReferenceResult of(String file, ReferenceComparison found, int outputs) {
        return new ReferenceResult(
                file,
                found.inputs(),
                found.agreeing(),
                Rounding.share((double) found.agreeing() / found.inputs()),
                found.maxError(),
                found.rmsError(),
                found.sqnrDb(),
                IntStream.range(0, outputs)
                        .mapToObj(
                                output -> found.sqnrDb(output).stream().boxed().findFirst())
                        .toList(),
                found.worst().stream()
                        .map(one -> new Worst(
                                one.input(), one.rmsError(), one.maxError(), one.prediction(), one.expected()))
                        .toList());
    }
}
