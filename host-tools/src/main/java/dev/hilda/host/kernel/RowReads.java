// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;

/**
 * Which rows of its input a kernel reads for rows of its output: of a kernel that can be called for a few rows alone. Rows
 * under output row y begin with stride · y − padTop.
 *
 * @param stride 1 where there is but one output row
 * @param span rows from the first tap's to the last one's, both included
 * @param repeatedBytes what each call unpacks again, of weights
 */
public record RowReads(int inputRows, int outputRows, int stride, int padTop, int span, long repeatedBytes) {
    static RowReads under(Window window, Tensor input, Tensor output, long repeatedBytes) {
        int outputRows = output.shape().height();
        return new RowReads(
                input.shape().height(),
                outputRows,
                outputRows == 1 ? 1 : window.strideHeight(),
                window.padTop(),
                (window.kernelHeight() - 1) * window.dilationHeight() + 1,
                repeatedBytes);
    }

    static RowReads under(Window window, Tensor input, Tensor output) {
        return under(window, input, output, 0);
    }

    /** Of a kernel that makes each pixel of the one in its place. */
    static RowReads inPlace(Tensor output) {
        int rows = output.shape().height();
        return new RowReads(rows, rows, 1, 0, 1, 0);
    }

    /** The first input row that output rows need from this one on. */
    public int first(int outputRow) {
        return inside((long) outputRow * stride - padTop);
    }

    /** How many input rows the first output rows take, those skipped behind them included. */
    public int end(int outputRows) {
        return outputRows == 0 ? 0 : inside((long) (outputRows - 1) * stride + endOfFirst());
    }

    /** {@link #end} of one row, where the input has no ends. */
    public int endOfFirst() {
        return Math.max(span, stride) - padTop;
    }

    private int inside(long row) {
        return (int) Math.max(0, Math.min(inputRows, row));
    }
}
