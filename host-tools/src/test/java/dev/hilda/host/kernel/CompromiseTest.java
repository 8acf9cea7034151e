// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static dev.hilda.host.kernel.Schemes.THREE;
import static dev.hilda.host.kernel.Schemes.WIDE;
import static dev.hilda.host.kernel.Schemes.requantization;
import static dev.hilda.host.kernel.Schemes.scheme;
import static dev.hilda.host.kernel.Schemes.tensor;
import static dev.hilda.host.kernel.Schemes.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What layers are told of that do not get the fastest kernel. */
class CompromiseTest {
    private static final TensorShape EIGHT_PIXELS = new TensorShape(2, 4, 1);

    @Test
    void shouldSayNothingOfTheFastest() {
        assertFastest("carry_convolution", pointwise(EIGHT_PIXELS, 258, 4, 8, 8, 128, 127));
        assertFastest("carry_convolution", pointwise(EIGHT_PIXELS, 137, 4, 8, 4, 0, 15));
        assertFastest("outer_convolution", pointwise(EIGHT_PIXELS, 64, 145, 8, 2, 0, 3));
        assertFastest("table_convolution", pointwise(EIGHT_PIXELS, 64, 146, 8, 2, 0, 3));
        assertFastest("depthwise_rows", depthwise(THREE, 3, 3));
        assertFastest("lookup", Schemes.lookup(8, 8));
    }

    @Test
    void shouldSayThatChannelsDoNotShareALane() {
        assertSlower("carry_convolution", "one by one", pointwise(EIGHT_PIXELS, 259, 2, 8, 8, 0, 255));
        assertSlower("carry_convolution", "one by one", pointwise(EIGHT_PIXELS, 4387, 4, 8, 4, 0, 15));
        assertSlower("carry_convolution", "every fourth output channel", pointwise(EIGHT_PIXELS, 275, 4, 8, 4, 0, 15));
    }

    @Test
    void shouldSayWhatALaneCostsMore() {
        // A lane of −128 above a negative weight leaves int16.
        assertSlower("carry_convolution", "have no sign", pointwise(EIGHT_PIXELS, 4, 2, 8, 8, 128, 0));
        assertSlower("carry_convolution", "do not fit int8", pointwise(EIGHT_PIXELS, 4, 2, 8, 8, 0, 255));
        KernelScheme raised = pointwise(EIGHT_PIXELS, 4, 2, 8, 8, 128, 127, 1 << 23);
        assertSlower("carry_convolution", "biases are added apart", raised);
        assertEquals(1, raised.compromise().orElseThrow().split(";", -1).length);
    }

    @Test
    void shouldSayWhatDoesNotFitTheMemoryToWorkIn() {
        assertSlower("convolution", "of 16,000 inputs each", pointwise(EIGHT_PIXELS, 16_000, 2, 8, 8, 0, 1));
        assertSlower("convolution", "of 16,000 inputs each", pointwise(EIGHT_PIXELS, 16_000, 2, 8, 2, 0, 1));
        assertSlower("outer_convolution", "tables", pointwise(EIGHT_PIXELS, 16, 12_000, 2, 2, 0, 1));
    }

    @Test
    void shouldSayWhichShapesTheFastestTakes() {
        assertSlower(
                "convolution",
                "8 pixels at a time, the output has 7",
                pointwise(new TensorShape(1, 7, 1), 64, 4, 8, 2, 0, 3));
        assertSlower("depthwise", "3×3 without dilation", depthwise(WIDE, 3, 3));
        assertSlower("depthwise", "6 of 3", depthwise(THREE, 3, 6));
        assertSlower("depthwise", "10 columns and 3,000 channels", depthwise(THREE, 3_000, 3_000));
    }

    private static void assertFastest(String method, KernelScheme scheme) {
        assertEquals(method, scheme.method());
        assertEquals(Optional.empty(), scheme.compromise());
    }

    private static void assertSlower(String method, String reason, KernelScheme scheme) {
        assertEquals(method, scheme.method());
        String told = scheme.compromise().orElseThrow();
        assertTrue(told.contains(reason), told);
    }

    /** 1×1, all weights of one code. */
    private static KernelScheme pointwise(
            TensorShape pixels, int inputs, int channels, int inputBits, int weightBits, int zeroPoint, int code) {
        return pointwise(pixels, inputs, channels, inputBits, weightBits, zeroPoint, code, 0);
    }

    private static KernelScheme pointwise(
            TensorShape pixels,
            int inputs,
            int channels,
            int inputBits,
            int weightBits,
            int zeroPoint,
            int code,
            int bias) {
        byte[] codes = new byte[inputs * channels];
        Arrays.fill(codes, (byte) code);
        int[] zeroPoints = new int[channels];
        Arrays.fill(zeroPoints, zeroPoint);
        int[] biases = new int[channels];
        Arrays.fill(biases, bias);
        return scheme(
                tensor(new TensorShape(pixels.height(), pixels.width(), inputs), inputBits),
                tensor(new TensorShape(pixels.height(), pixels.width(), channels), 8),
                new ConvolutionLayer(
                        "c",
                        0,
                        1,
                        Window.of(1, 1),
                        new WeightCodes(weightBits, codes, zeroPoints),
                        Ints.of(biases),
                        requantization(channels)));
    }

    private static KernelScheme depthwise(Window window, int inputs, int channels) {
        return scheme(
                tensor(new TensorShape(8, 8, inputs), 8),
                tensor(new TensorShape(8, 8, channels), 8),
                new DepthwiseLayer(
                        "d",
                        0,
                        1,
                        window,
                        new WeightCodes(8, new byte[9 * channels], new int[channels]),
                        zeros(channels),
                        requantization(channels)));
    }
}
