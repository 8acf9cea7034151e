// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Chosen rows, columns and channels, in any order and any number of times: codes move, none changes.
 *
 * @param rows for each row of the output one of the input
 * @param columns for each column of the output one of the input
 * @param channels for each channel of the output one of the input
 */
public record GatherLayer(String name, int input, int output, Ints rows, Ints columns, Ints channels)
        implements UnaryLayer {
    /** Extent of an axis that indices are of, and how many there are of one. */
    public static final int MAX_EXTENT = 65_535;

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.gather(this);
    }
}
