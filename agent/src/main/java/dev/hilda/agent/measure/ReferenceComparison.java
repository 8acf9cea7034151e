// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Real outputs against those of a reference for the same inputs, one input after another. */
public final class ReferenceComparison {
    private static final double DECIBELS = 10;

    private final int classes;
    private final int worstKept;
    private final double[] signal;
    private final double[] noise;
    private final List<Difference> worst = new ArrayList<>();
    private long inputs;
    private long agreeing;
    private double maxError;

    /**
     * One input.
     *
     * @param input counted from 0
     * @param rmsError over its outputs
     * @param prediction index of the largest output
     * @param expected the reference's
     */
    public record Difference(long input, double rmsError, double maxError, int prediction, int expected) {}

    /**
     * Nothing has been compared yet.
     *
     * @param classes so many of the outputs, the first, are compared by the largest of them
     * @param worstKept how many of the inputs that differ most are remembered
     */
    public ReferenceComparison(int outputs, int classes, int worstKept) {
        this.classes = classes;
        this.worstKept = worstKept;
        this.signal = new double[outputs];
        this.noise = new double[outputs];
    }

    /** The next input. */
    public void add(double[] outputs, double[] reference) {
        if (outputs.length != signal.length || reference.length != signal.length) {
            throw new IllegalArgumentException(
                    "expected " + signal.length + " outputs, got " + outputs.length + " against " + reference.length);
        }
        double squares = 0;
        double largest = 0;
        for (int output = 0; output < outputs.length; output++) {
            double error = outputs[output] - reference[output];
            signal[output] += reference[output] * reference[output];
            noise[output] += error * error;
            squares += error * error;
            largest = Math.max(largest, Math.abs(error));
        }
        int prediction = first(outputs);
        int expected = first(reference);
        remember(new Difference(inputs, Math.sqrt(squares / outputs.length), largest, prediction, expected));
        maxError = Math.max(maxError, largest);
        agreeing += prediction == expected ? 1 : 0;
        inputs++;
    }

    private void remember(Difference difference) {
        if (difference.maxError() == 0) {
            return;
        }
        worst.add(difference);
        // Stable: of equal ones the earlier stays.
        worst.sort(Comparator.comparingDouble(Difference::rmsError).reversed());
        if (worst.size() > worstKept) {
            worst.remove(worstKept);
        }
    }

    /** Equal outputs count as the one with the lowest index, as in {@link Ranking}. */
    private int first(double[] outputs) {
        int best = 0;
        for (int index = 1; index < classes; index++) {
            if (outputs[index] > outputs[best]) {
                best = index;
            }
        }
        return best;
    }

    /** Inputs compared. */
    public long inputs() {
        return inputs;
    }

    /** Inputs with the same largest output. */
    public long agreeing() {
        return agreeing;
    }

    /** The largest difference of any output. */
    public double maxError() {
        return maxError;
    }

    /** Over all outputs of all inputs; 0 without any. */
    public double rmsError() {
        return inputs == 0 ? 0 : Math.sqrt(Arrays.stream(noise).sum() / (inputs * (double) noise.length));
    }

    /** Power of the reference's outputs over that of the differences, in dB; empty where one of them is 0. */
    public OptionalDouble sqnrDb() {
        return decibels(Arrays.stream(signal).sum(), Arrays.stream(noise).sum());
    }

    /** The same of one output. */
    public OptionalDouble sqnrDb(int output) {
        return decibels(signal[output], noise[output]);
    }

    private static OptionalDouble decibels(double signal, double noise) {
        return signal > 0 && noise > 0
                ? OptionalDouble.of(DECIBELS * Math.log10(signal / noise))
                : OptionalDouble.empty();
    }

    /** The inputs that differ most, by their RMS error, the worst first; none that do not differ. */
    public List<Difference> worst() {
        return List.copyOf(worst);
    }
}
