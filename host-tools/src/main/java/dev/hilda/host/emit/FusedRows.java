// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.RowReads;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.RowProgress;

/**
 * What a fused layer's function does before it calls its kernel for the rows of a turn: {@code kernels/rows.h}.
 *
 * @param layer index
 * @param inputRowBytes of a row of what it reads
 * @param outputRowBytes of a row of what it writes
 */
record FusedRows(FusedBlock block, int layer, int inputRowBytes, int outputRowBytes) {
    static final String HEADER = "rows.h";
    static final String PARAMETER = "int32_t turn";
    static final String OUTPUT = "output";

    /** @param outputAt where its tensor or its buffer begins */
    String statements(String outputAt) {
        String rows = """
                    static const FusedLayer fused = %s;
                    const TurnRows rows = turn_rows(&fused, turn);
                """.formatted(initializer(position()));
        if (isLast()) {
            return rows
                    + "    uint8_t *const output = %s + (uint32_t)rows.first * %d;\n"
                            .formatted(outputAt, outputRowBytes);
        }
        return rows + """
                    static const FusedLayer next = %s;
                    uint8_t *const output = free_rows(&next, &rows, turn, %d, %s);
                    if (rows.count == 0) {
                        return;
                    }
                """.formatted(initializer(position() + 1), outputRowBytes, outputAt);
    }

    /**
     * A buffer begins with the first row that is read.
     *
     * @param tensorAt where its tensor or its buffer begins
     */
    String inputAt(String tensorAt) {
        return position() > 0 ? tensorAt : "%s + (uint32_t)rows.input_first * %d".formatted(tensorAt, inputRowBytes);
    }

    /** Statements that only the last turn executes. */
    String inLastTurn(String statement) {
        return """
                    if (turn == %d) {
                    %s    }
                """.formatted(block.turns() - 1, statement);
    }

    private boolean isLast() {
        return layer == block.lastLayer();
    }

    private int position() {
        return layer - block.firstLayer();
    }

    private String initializer(int position) {
        RowProgress progress = block.progress().get(position);
        RowReads reads = block.reads().get(position);
        return """
                {
                        .per_turn = %d, .first_turn = %d, .low = %d, .high = %d,
                        .stride = %d, .pad_top = %d, .input_height = %d,
                    }""".formatted(
                        progress.perTurn(),
                        progress.firstTurn(),
                        progress.low(),
                        progress.high(),
                        reads.stride(),
                        reads.padTop(),
                        reads.inputRows());
    }
}
