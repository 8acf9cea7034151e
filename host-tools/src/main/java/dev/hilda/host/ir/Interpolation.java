// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.Ints;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the rows, or the columns, of a result lie between those of the input.
 *
 * @param lower indices of the input, one for each of the result
 * @param upper indices of the input, likewise
 * @param fractions from 0 to 1: how much of the upper one there is; the rest is of the lower one
 */
public record Interpolation(Ints lower, Ints upper, FloatTensor fractions) {
    public Interpolation {
        int count = lower.size();
        int uppers = upper.size();
        int parts = fractions.size();
        Require.that(
                count > 0 && uppers == count && parts == count,
                () -> "expected as many indices as fractions, got " + count + ", " + uppers + " and " + parts);
    }

    /**
     * Positions in even steps, in float as TensorFlow computes them.
     *
     * @param alignsCorners whether the first and the last of both are the same
     * @param hasHalfPixels whether positions are those of the middles of pixels, else of their first edges
     */
    public static Interpolation even(int from, int to, boolean alignsCorners, boolean hasHalfPixels) {
        boolean spansCorners = alignsCorners && to > 1;
        float scale = spansCorners ? (from - 1) / (float) (to - 1) : from / (float) to;
        int[] lower = new int[to];
        int[] upper = new int[to];
        float[] fractions = new float[to];
        for (int index = 0; index < to; index++) {
            float position = hasHalfPixels ? (index + 0.5f) * scale - 0.5f : index * scale;
            lower[index] = (int) Math.min(from - 1, Math.max(0, Math.floor(position)));
            upper[index] = (int) Math.min(from - 1, Math.max(0, Math.ceil(position)));
            // Beyond either end there is nothing to lie between.
            fractions[index] = lower[index] == upper[index] ? 0 : position - lower[index];
        }
        return new Interpolation(Ints.of(lower), Ints.of(upper), FloatTensor.vector(fractions));
    }

    public int size() {
        return lower.size();
    }

    void requireInside(int extent) {
        Require.that(
                IntStream.concat(Arrays.stream(lower.toArray()), Arrays.stream(upper.toArray()))
                        .allMatch(index -> index >= 0 && index < extent),
                () -> "expected indices from 0 to " + (extent - 1) + ", got " + lower + " and " + upper);
        for (float fraction : fractions.toArray()) {
            Require.that(fraction >= 0 && fraction <= 1, () -> "expected fractions from 0 to 1, got " + fraction);
        }
    }

    boolean isIdentity(int extent) {
        boolean isWhole = true;
        for (float fraction : fractions.toArray()) {
            isWhole &= fraction == 0;
        }
        return isWhole && lower.equals(Gather.all(extent));
    }
}
