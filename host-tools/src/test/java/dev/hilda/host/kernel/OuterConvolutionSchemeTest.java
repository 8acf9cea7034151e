// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static dev.hilda.host.kernel.Schemes.requantization;
import static dev.hilda.host.kernel.Schemes.tensor;
import static dev.hilda.host.kernel.Schemes.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OuterConvolutionSchemeTest {
    private static final TensorShape EIGHT = new TensorShape(2, 4, 6);

    @Test
    void shouldSuitNarrowWeightsAndActivations() {
        assertTrue(OuterConvolutionScheme.suits(6, 4, tensor(EIGHT, 4), tensor(EIGHT, 8)));
        assertTrue(OuterConvolutionScheme.suits(6, 2, tensor(EIGHT, 8), tensor(EIGHT, 8)));
        // Products of 8 and 4 bits leave lanes of 14 no room.
        assertFalse(OuterConvolutionScheme.suits(6, 4, tensor(EIGHT, 8), tensor(EIGHT, 8)));
        assertFalse(OuterConvolutionScheme.suits(6, 8, tensor(EIGHT, 4), tensor(EIGHT, 8)));
        assertFalse(OuterConvolutionScheme.suits(6, 4, tensor(EIGHT, 4), tensor(new TensorShape(1, 7, 6), 8)));
        // Eight pixels do not fit.
        assertFalse(OuterConvolutionScheme.suits(6_000, 4, tensor(EIGHT, 4), tensor(EIGHT, 8)));
    }

    /** Of each pair of codes the second channel's is the lower; six inputs are two words of four. */
    @Test
    void shouldPutTheSecondChannelBelowTheFirst() {
        byte[] codes = {1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 15, 15, 15, 15, 15};
        assertArrayEquals(
                new int[] {0x4C3B2A19, 0x00006E5D, 0xF0F0F0F0, 0x0000F0F0},
                scheme(4, 4, codes, 3).weightWords());
        byte[] narrow = {1, 2, 3, 0, 1, 2, 3, 3, 3, 3, 3, 3};
        assertArrayEquals(
                new int[] {0b10_11_01_11_00_11_11_11_10_11_01_11},
                scheme(4, 2, narrow, 2).weightWords());
    }

    /** Lanes of 14 bits hold 1,092 · 15; the highest weights in a row decide. */
    @Test
    void shouldDrainBeforeALaneOverflows() {
        byte[] codes = new byte[2 * 96];
        Arrays.fill(codes, 96, 96 + 72, (byte) 15);
        assertEquals(96, scheme(4, 4, codes, 2).chunk());
        codes[96 + 72] = 12;
        assertEquals(96, scheme(4, 4, codes, 2).chunk());
        codes[96 + 72] = 13;
        assertEquals(48, scheme(4, 4, codes, 2).chunk());
        Arrays.fill(codes, 96, 192, (byte) 15);
        assertEquals(48, scheme(4, 4, codes, 2).chunk());
        // 2 bits of activations: 5,461 · 3.
        assertEquals(96, scheme(2, 4, codes, 2).chunk());
        // Lanes of 15 bits hold 128 · 255: 42 weights of 3 and one of 2.
        byte[] narrow = new byte[64];
        Arrays.fill(narrow, 0, 42, (byte) 3);
        narrow[42] = 2;
        assertEquals(64, scheme(8, 2, narrow, 1).chunk());
        narrow[42] = 3;
        assertEquals(32, scheme(8, 2, narrow, 1).chunk());
    }

    /** Of layer E 104 pixels at a time. */
    @Test
    void shouldReadWeightsAsSeldomAsBlocksFit() {
        Tensor input = tensor(new TensorShape(14, 14, 384), 4);
        KernelOutline outline = OuterConvolutionScheme.outline(Window.of(1, 1), 384, input, input);
        assertEquals(384 * (4 + 2 * 104) + 4 * 104, outline.scratchBytes());
        assertEquals(104 * 192, outline.reach().get(0).aheadBytes());
        assertEquals(0, outline.reach().get(0).behindBytes());
    }

    private static OuterConvolutionScheme scheme(int inputBits, int weightBits, byte[] codes, int channels) {
        ConvolutionLayer layer = new ConvolutionLayer(
                "c",
                0,
                1,
                Window.of(1, 1),
                new WeightCodes(weightBits, codes, new int[channels]),
                zeros(channels),
                requantization(channels));
        Tensor input = tensor(new TensorShape(2, 4, codes.length / channels), inputBits);
        return new OuterConvolutionScheme(layer, input, tensor(new TensorShape(2, 4, channels), 8));
    }
}
