// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.host.kernel.RowReads;

/**
 * How many rows of its output a fused layer has computed after each turn: perTurn · turn + firstTurn, within low and high;
 * none before turn 0. What a layer must have computed for one that proceeds like this is again of this form.
 */
public record RowProgress(int perTurn, int firstTurn, int low, int high) {
    /** Of a block's last layer. */
    static RowProgress of(int rowsPerTurn, int outputRows) {
        return new RowProgress(rowsPerTurn, rowsPerTurn, 1, outputRows);
    }

    public int after(int turn) {
        return turn < 0 ? 0 : Math.max(low, Math.min(high, perTurn * turn + firstTurn));
    }

    /** Of the layer before one that proceeds like this. */
    RowProgress before(RowReads reads) {
        int offset = Math.addExact(Math.multiplyExact(firstTurn - 1, reads.stride()), reads.endOfFirst());
        return new RowProgress(Math.multiplyExact(perTurn, reads.stride()), offset, reads.end(low), reads.end(high));
    }
}
