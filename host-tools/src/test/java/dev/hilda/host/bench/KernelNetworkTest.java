// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.WeightedLayer;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.kernel.KernelScheme;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KernelNetworkTest {
    private static final KernelLayer SMALL = new KernelLayer("s", false, new TensorShape(9, 7, 40), 12, 3, 1);

    @Test
    void shouldHaveAProvedKernelForEveryLayerAtEveryWidth() {
        for (KernelLayer layer : KernelLayer.KNOWN) {
            for (KernelBits bits : KernelBits.KNOWN) {
                KernelLayer part =
                        layer.band(layer.input().height() > 112 ? 8 : 1).orElseThrow();
                IntegerNetwork network = KernelNetwork.of(part, bits, true);
                String kernel = KernelScheme.of(network, network.layers().get(KernelNetwork.TIMED))
                        .kernelName();
                String form = "%s_a%d_w%d_o%d"
                        .formatted(method(layer, bits), bits.activation(), bits.weight(), bits.output());
                assertEquals(form, kernel, layer.name());
            }
        }
    }

    /** G is one pixel; tables pay under the many output channels of E and F. */
    private static String method(KernelLayer layer, KernelBits bits) {
        if (layer.depthwise()) {
            return "depthwise_rows";
        }
        boolean isOnePixel = layer.name().equals("G");
        if (bits.weight() == 2) {
            boolean hasManyOutputs = layer.name().equals("E") || layer.name().equals("F");
            return isOnePixel ? "convolution" : hasManyOutputs ? "table_convolution" : "outer_convolution";
        }
        return bits.activation() == 4 && !isOnePixel ? "outer_convolution" : "carry_convolution";
    }

    @Test
    void shouldDrawWeightsLikeATrainedLayers() {
        WeightCodes eight = weights(KernelNetwork.of(SMALL, new KernelBits(8, 8, 8), false));
        double mean = Arrays.stream(codes(eight)).average().orElseThrow();
        double variance = Arrays.stream(codes(eight))
                .mapToDouble(code -> (code - 128.0) * (code - 128.0))
                .average()
                .orElseThrow();
        assertEquals(128, mean, 3);
        assertEquals(40, Math.sqrt(variance), 2);
        assertTrue(Arrays.stream(eight.zeroPoints()).allMatch(zero -> zero == 128));

        WeightCodes two = weights(KernelNetwork.of(SMALL, new KernelBits(8, 2, 8), true));
        assertEquals(4, Arrays.stream(codes(two)).distinct().count());
        assertTrue(Arrays.stream(two.zeroPoints()).distinct().count() > 1);
    }

    /** An output that is always the same, or always at its ends, hides what a kernel does wrong. */
    @Test
    void shouldFillTheRangeOfTheOutput() {
        for (KernelBits bits : KernelBits.KNOWN) {
            int[] written = written(bits);
            int levels = 1 << bits.output();
            long atEnds = Arrays.stream(written)
                    .filter(code -> code == 0 || code == levels - 1)
                    .count();
            assertTrue(Arrays.stream(written).distinct().count() > levels / 2, bits + " fills its range");
            assertTrue(bits.output() == 2 || atEnds < written.length / 4, bits + " is not cut off");
        }
    }

    /** No weight of the sums is 0, so that no wrong code passes. */
    @Test
    void shouldSumUpEveryCode() {
        IntegerNetwork network = KernelNetwork.of(SMALL, new KernelBits(8, 8, 8), false);
        ConvolutionLayer sums = (ConvolutionLayer) network.layers().get(2);
        assertEquals(Requantization.RAW, sums.requantization());
        assertTrue(Arrays.stream(codes(sums.weights())).allMatch(code -> code > 0));
        assertEquals(0, sums.weights().zeroPoint(0));
        assertNotEquals(
                KernelNetwork.of(SMALL, new KernelBits(8, 8, 8), true), network, "zero points make another network");
        assertEquals(KernelNetwork.of(SMALL, new KernelBits(8, 8, 8), false), network);
    }

    @Test
    void shouldReadLayersAsTheyAreWritten() {
        assertEquals(
                Optional.of(new KernelLayer("conv3s2:96x64x3-8", false, new TensorShape(96, 64, 3), 8, 3, 2)),
                KernelLayer.parse("conv3s2:96x64x3-8"));
        assertEquals(
                Optional.of(new KernelLayer("dw5s1:10x12x8", true, new TensorShape(10, 12, 8), 8, 5, 1)),
                KernelLayer.parse("dw5s1:10x12x8"));
        for (String wrong : new String[] {
            "H", "conv3s2:96x64x3", "dw3s1:8x8x8-8", "conv0s1:8x8x8-8", "conv3s3:8x8x8-8", "conv1s1:0x8x8-8", ""
        }) {
            assertEquals(Optional.empty(), KernelLayer.parse(wrong), wrong);
        }
        assertEquals(28_901_376, KernelLayer.parse("E").orElseThrow().macs());
        assertEquals(2_709_504, KernelLayer.parse("B").orElseThrow().macs());
        assertEquals(Optional.empty(), KernelLayer.parse("E").orElseThrow().band(3));
    }

    private static int[] written(KernelBits bits) {
        IntegerNetwork whole = KernelNetwork.of(SMALL, bits, false);
        IntegerNetwork cut = new IntegerNetwork(
                "cut", whole.tensors().subList(0, 3), whole.layers().subList(0, 2), 0, 2);
        byte[] input = new byte[whole.inputBytes()];
        new SplittableRandom(3).nextBytes(input);
        return Oracle.of(cut).run(input);
    }

    private static WeightCodes weights(IntegerNetwork network) {
        return ((WeightedLayer) network.layers().get(KernelNetwork.TIMED)).weights();
    }

    private static int[] codes(WeightCodes weights) {
        int[] codes = new int[weights.count()];
        Arrays.setAll(codes, weights::code);
        return codes;
    }
}
