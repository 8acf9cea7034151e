// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * A map of another size: each code a weighted mean of four of the input, two rows and two columns of one channel. Input and
 * output have one quantization.
 *
 * @param tieThreshold means of which the half is at issue are rounded away from this code: 0 … 255
 */
public record InterpolateLayer(String name, int input, int output, Positions rows, Positions columns, int tieThreshold)
        implements UnaryLayer {
    /** What 1 is in {@link Positions#fractions}. */
    public static final int ONE = 1 << 10;

    /** Extent of an axis that indices are of, and how many there are of one. */
    public static final int MAX_EXTENT = 65_535;

    /**
     * Where the rows or columns of the output lie in the input.
     *
     * @param lower indices of the input, one for each of the output
     * @param upper indices of the input, likewise
     * @param fractions how much of the upper one there is, in 1/1024: 0 … 1024; the rest is of the lower one
     */
    public record Positions(Ints lower, Ints upper, Ints fractions) {}

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.interpolate(this);
    }
}
