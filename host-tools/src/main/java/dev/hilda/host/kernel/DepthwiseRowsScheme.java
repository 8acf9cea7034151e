// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Several rows of one output channel at a time: {@code kernels/depthwise_rows.h}. */
public record DepthwiseRowsScheme(DepthwiseLayer layer, Tensor input, Tensor output) implements WeightedScheme {
    private static final int TAPS = 3;
    private static final int CHANNEL_BYTES = 32;
    private static final int PAIR_BYTES = 4;

    /** An estimate for its loops, requantization included, and what may pass between two yields. */
    private static final int CYCLES_PER_OUTPUT = 14;

    private static final int CYCLES_BETWEEN_YIELDS = 40_000;

    /** Whether there is a band whose pairs fit. */
    static boolean suits(Window window, Tensor input, Tensor output) {
        return isThreeByThree(window)
                && input.shape().channels() == output.shape().channels()
                && pairs(window, output) > 0;
    }

    /** What {@link #suits} misses. */
    static String unsuited(Window window, Tensor input, Tensor output) {
        if (!isThreeByThree(window)) {
            return "depthwise_rows takes windows of 3×3 without dilation, of stride 1 or 2 both ways";
        }
        if (input.shape().channels() != output.shape().channels()) {
            return "depthwise_rows makes one output channel of an input channel, here %d of %d"
                    .formatted(output.shape().channels(), input.shape().channels());
        }
        return String.format(
                Locale.ROOT,
                "two pairs of rows of %,d columns and %,d channels do not fit the %,d bytes that kernels work in, or others"
                        + " would wait too long for their turn",
                columns(window, output),
                output.shape().channels(),
                MOST_SCRATCH_BYTES);
    }

    private static boolean isThreeByThree(Window window) {
        return window.kernelHeight() == TAPS
                && window.kernelWidth() == TAPS
                && window.dilationHeight() == 1
                && window.dilationWidth() == 1
                && window.strideHeight() == window.strideWidth()
                && window.strideHeight() <= 2;
    }

    /** Of input rows that a band reads: three or, where they do not fit or there is no use for them, two; 0: too many. */
    private static int pairs(Window window, Tensor output) {
        boolean isLow = output.shape().height() <= bandRows(window, 2);
        int most = isLow ? 2 : 3;
        for (int pairs = most; pairs >= 2; pairs--) {
            boolean fits = scratchBytes(window, output, pairs) <= MOST_SCRATCH_BYTES;
            if (fits && quadCycles(window, output, pairs) <= CYCLES_BETWEEN_YIELDS) {
                return pairs;
            }
        }
        return 0;
    }

    /** Output rows that are computed at once. */
    static int bandRows(Window window, Tensor output) {
        return bandRows(window, pairs(window, output));
    }

    private static int bandRows(Window window, int pairs) {
        return (pairs - 1) * 2 / window.strideHeight();
    }

    private static long quadCycles(Window window, Tensor output, int pairs) {
        return (long) bandRows(window, pairs) * output.shape().width() * Quads.CHANNELS * CYCLES_PER_OUTPUT;
    }

    public int pairs() {
        return pairs(layer.window(), output);
    }

    /** After so many quads of channels of a band others get their turn. */
    public int quadsBetweenYields() {
        return (int) Math.max(1, CYCLES_BETWEEN_YIELDS / quadCycles(layer.window(), output, pairs()));
    }

    @Override
    public String kernelName() {
        return "depthwise_rows_a%d_w%d_o%d"
                .formatted(input.bits(), layer.weights().bits(), output.bits());
    }

    @Override
    public long scratchBytes() {
        return scratchBytes(layer.window(), output);
    }

    static long scratchBytes(Window window, Tensor output) {
        return scratchBytes(window, output, pairs(window, output));
    }

    /** Weights, pairs, codes of a band that are yet to be packed, and a pixel of zero points. */
    private static long scratchBytes(Window window, Tensor output, int pairs) {
        long channels = (long) Quads.count(output.shape().channels()) * Quads.CHANNELS;
        long codes = output.bits() < Byte.SIZE
                ? (long) bandRows(window, pairs) * output.shape().width() * Quads.CHANNELS
                : 0;
        return channels * (CHANNEL_BYTES + (long) columns(window, output) * pairs * PAIR_BYTES + 1) + codes;
    }

    /** That windows touch, within the input or not. */
    private static int columns(Window window, Tensor output) {
        return (output.shape().width() - 1) * window.strideWidth() + TAPS;
    }

    @Override
    public List<Reach> reach() {
        return reach(layer.window(), input, output);
    }

    /** A band reads whole rows, those that no band before it has read, before it stores anything. */
    static List<Reach> reach(Window window, Tensor input, Tensor output) {
        Reach.Trace trace = new Reach.Trace();
        int height = output.shape().height();
        long inputRow = (long) input.shape().width() * input.pixelBytes();
        long outputRow = (long) output.shape().width() * output.pixelBytes();
        int columns = Math.min(input.shape().width(), columns(window, output) - window.padLeft());
        int last = (height - 1) * window.strideHeight() - window.padTop() + TAPS;
        int end = Math.min(input.shape().height(), last);
        int read = 0;
        int rows = bandRows(window, pairs(window, output));
        for (int y = 0; y < height; y += rows) {
            while (y + rows > height) {
                rows /= 2;
            }
            int pairEnd = y * window.strideHeight() - window.padTop() + 2 * pairs(window, rows);
            int until = Math.min(end, pairEnd);
            if (read < until && columns > 0) {
                trace.read(read * inputRow, (until - 1) * inputRow + (long) columns * input.pixelBytes());
            }
            read = Math.max(read, until);
            trace.write((y + rows) * outputRow);
        }
        return List.of(trace.reach());
    }

    private static int pairs(Window window, int rows) {
        return 1 + (rows * window.strideHeight() + 1) / 2;
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(rowReads(layer.window(), input, output));
    }

    static RowReads rowReads(Window window, Tensor input, Tensor output) {
        long channels = (long) Quads.count(output.shape().channels()) * Quads.CHANNELS;
        return RowReads.under(window, input, output, channels * CHANNEL_BYTES);
    }

    /** As {@link DepthwiseScheme} stores them. */
    public DepthwiseScheme stored() {
        return new DepthwiseScheme(layer, input, output);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.depthwiseRows(this);
    }
}
