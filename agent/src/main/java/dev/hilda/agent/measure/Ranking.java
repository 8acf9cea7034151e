// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The order of a network's outputs: the largest first, and of equal ones the one with the lowest index first. */
public final class Ranking {
    private Ranking() {}

    /**
     * Index of the first output in the order.
     *
     * @param outputs at least one
     */
    public static int first(int[] outputs) {
        requireOutputs(outputs);
        int best = 0;
        for (int index = 1; index < outputs.length; index++) {
            if (outputs[index] > outputs[best]) {
                best = index;
            }
        }
        return best;
    }

    /** The same of real numbers. */
    public static int first(double[] outputs) {
        if (outputs.length == 0) {
            throw noOutputs();
        }
        int best = 0;
        for (int index = 1; index < outputs.length; index++) {
            best = outputs[index] > outputs[best] ? index : best;
        }
        return best;
    }

    /** The same of real numbers. */
    public static int first(float[] outputs) {
        return first(outputs, 0, outputs.length);
    }

    /**
     * The same of one network's outputs among those of several.
     *
     * @param from index of its first
     * @param count of its outputs
     * @return index among its own
     */
    public static int first(float[] outputs, int from, int count) {
        if (count == 0) {
            throw noOutputs();
        }
        int best = from;
        for (int index = from + 1; index < from + count; index++) {
            best = outputs[index] > outputs[best] ? index : best;
        }
        return best - from;
    }

    /**
     * Place of one output in the order, 0 for the first.
     *
     * @param index of the output
     */
    public static int place(int[] outputs, int index) {
        requireOutputs(outputs);
        int ahead = 0;
        for (int other = 0; other < outputs.length; other++) {
            boolean larger = outputs[other] > outputs[index];
            if (larger || (outputs[other] == outputs[index] && other < index)) {
                ahead++;
            }
        }
        return ahead;
    }

    /** The indices of the first outputs in the order: {@code count} of them, or all when there are fewer. */
    public static List<Integer> largest(int[] outputs, int count) {
        return IntStream.range(0, outputs.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer index) -> outputs[index])
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
    }

    private static void requireOutputs(int[] outputs) {
        if (outputs.length == 0) {
            throw noOutputs();
        }
    }

    private static IllegalArgumentException noOutputs() {
        return new IllegalArgumentException("expected at least one output");
    }
}
