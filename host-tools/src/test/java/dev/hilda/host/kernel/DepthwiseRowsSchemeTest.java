// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static dev.hilda.host.kernel.Schemes.THREE;
import static dev.hilda.host.kernel.Schemes.requantization;
import static dev.hilda.host.kernel.Schemes.tensor;
import static dev.hilda.host.kernel.Schemes.weights;
import static dev.hilda.host.kernel.Schemes.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import org.junit.jupiter.api.Test;

class DepthwiseRowsSchemeTest {
    private static final Window HALVING = new Window(3, 3, 2, 2, 1, 1, 0, 1, 0, 1);

    @Test
    void shouldTakeThreeByThreeWithoutDilationOrMultiplier() {
        TensorShape map = new TensorShape(8, 8, 4);
        assertEquals("depthwise_rows_a8_w8_o8", scheme(THREE, map, 8).kernelName());
        assertEquals("depthwise_rows_a8_w8_o2", scheme(HALVING, map, 2).kernelName());
        assertEquals("depthwise_a8_w8_o8", scheme(Schemes.WIDE, map, 8).kernelName());
        assertEquals("depthwise_a8_w8_o8", scheme(Window.of(3, 2), map, 8).kernelName());
        assertEquals("depthwise_a8_w8_o8", scheme(Window.of(5, 5), map, 8).kernelName());
        assertEquals(
                "depthwise_a8_w8_o8",
                scheme(new Window(3, 3, 1, 2, 1, 1, 1, 1, 1, 1), map, 8).kernelName());
        assertEquals(
                "depthwise_a8_w8_o8",
                scheme(new Window(3, 3, 3, 3, 1, 1, 1, 1, 1, 1), map, 8).kernelName());
        Window dilated = new Window(3, 3, 1, 1, 2, 1, 2, 2, 1, 1);
        assertEquals("depthwise_a8_w8_o8", scheme(dilated, map, 8).kernelName());
        assertEquals("depthwise_a8_w8_o8", scheme(THREE, map, 8, 8).kernelName());
    }

    /** Of 33 bytes for each channel, and 4 for each pair, channel and column; a byte for each code of a quad's rows. */
    @Test
    void shouldKeepThreePairsOfRowsWhereTheyFit() {
        assertPairs(3, 24 * (33 + 114 * 12), new TensorShape(112, 112, 24), 8);
        assertPairs(3, 24 * (33 + 114 * 12), new TensorShape(112, 112, 24), 32);
        assertPairs(3, 24 * (33 + 114 * 12) + 4 * 4 * 112, new TensorShape(112, 112, 21), 4);
        assertPairs(2, 512 * (33 + 16 * 8), new TensorShape(14, 14, 512), 8);
        assertPairs(2, 1024 * (33 + 9 * 8), new TensorShape(7, 7, 1024), 8);
        // Two rows need no more.
        assertPairs(2, 8 * (33 + 9 * 8), new TensorShape(2, 7, 8), 8);
        assertPairs(3, 8 * (33 + 9 * 12), new TensorShape(3, 7, 8), 8);
        // As many as fit, and one quad more.
        assertPairs(2, 1052 * (33 + 9 * 8), new TensorShape(7, 7, 1052), 8);
        assertEquals(
                "depthwise_a8_w8_o8",
                scheme(THREE, new TensorShape(7, 7, 1056), 8).kernelName());
        // Others would wait too long for the rows of a quad.
        assertEquals(
                "depthwise_a8_w8_o8",
                scheme(THREE, new TensorShape(8, 400, 1), 8).kernelName());
    }

    private static void assertPairs(int pairs, long scratchBytes, TensorShape map, int outputBits) {
        KernelScheme scheme = scheme(THREE, map, outputBits);
        assertEquals(pairs, assertInstanceOf(DepthwiseRowsScheme.class, scheme).pairs());
        assertEquals(scratchBytes, scheme.scratchBytes());
    }

    /** Rows of 8·4 bytes: what a band reads is one row beyond it. */
    @Test
    void shouldReadABandBeforeItIsWritten() {
        TensorShape map = new TensorShape(8, 8, 4);
        assertEquals(new Reach(0, 5 * 32), reach(THREE, map, 8));
        // The second of two bands reads two rows more, two rows of 2·4 bytes being written.
        assertEquals(new Reach(0, 8 * 16 - 2 * 8), reach(HALVING, new TensorShape(8, 4, 4), 8));
        // Four rows of 32-bit sums are written when the second band reads from row 5 on.
        assertEquals(new Reach(4 * 128 - 5 * 32, 5 * 32), reach(THREE, map, 32));
        // Seven rows: bands of 4, 2 and 1; the last two read rows 5, 6 and none.
        assertEquals(new Reach(4 * 128 - 5 * 32, 5 * 32), reach(THREE, new TensorShape(7, 8, 4), 32));
        // Columns beyond the last window are not read.
        Window within = new Window(3, 3, 2, 2, 1, 1, 0, 0, 0, 0);
        assertEquals(new Reach(0, 2 * 24 + 5 * 4), reach(within, new TensorShape(4, 6, 4), 8));
    }

    private static Reach reach(Window window, TensorShape map, int outputBits) {
        return scheme(window, map, outputBits).reach().get(0);
    }

    private static KernelScheme scheme(Window window, TensorShape map, int outputBits) {
        return scheme(window, map, outputBits, map.channels());
    }

    private static KernelScheme scheme(Window window, TensorShape map, int outputBits, int channels) {
        return Schemes.scheme(
                tensor(map, 8),
                tensor(window.outputShape(map, channels), outputBits),
                new DepthwiseLayer(
                        "d",
                        0,
                        1,
                        window,
                        weights(8, window.taps() * channels, channels),
                        zeros(channels),
                        requantization(channels)));
    }
}
