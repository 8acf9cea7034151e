// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.kernel.CarryWeights.Lanes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CarryWeightsTest {
    private static final Tensor INPUT = new Tensor("in", TensorShape.vector(4), 8, 0, 1);

    @Test
    void shouldPutTheUpperChannelAboveTheLowerOne() {
        int[] codes = {128 + 1, 128 + 2, 128 + 3, 128 - 4, 128 + 5, 128 - 6, 128 + 7, 128 + 8};
        CarryWeights weights = weights(8, codes, 128, 0, 0);
        assertEquals(Lanes.CARRY_SIGNED, weights.lanes());
        assertFalse(weights.corrected());
        // Bytes 0 and 2 of a word of inputs are a pair, then 1 and 3.
        assertArrayEquals(
                new int[] {0x0501 | 0x0703 << 16, (-6 * 256 + 2 & 0xFFFF) | (8 * 256 - 4 & 0xFFFF) << 16, 0, 0},
                weights.codes().toArray());
        assertArrayEquals(new int[] {0, 0}, weights.starts().toArray());
    }

    /** Sets side by side, where they are multiplied at once; starts are set by set all the same. */
    @Test
    void shouldInterleaveSetsThatAreMultipliedAtOnce() {
        int[] codes = new int[4 * 4];
        Arrays.setAll(codes, i -> 128 + i);
        WeightCodes weights = new WeightCodes(8, bytes(codes), new int[] {128, 128, 128, 128});
        CarryWeights apart = of(INPUT, weights, 1, 1, 2, 3, 4);
        CarryWeights atOnce = of(INPUT, weights, 2, 1, 2, 3, 4);
        assertEquals(1, apart.setsAtOnce());
        assertEquals(2, atOnce.setsAtOnce());
        // Of channels 0 and 1 and of 2 and 3, inputs 0 and 2.
        assertEquals(0x0400 | 0x0602 << 16, apart.codes().get(0));
        assertEquals(0x0C08 | 0x0E0A << 16, apart.codes().get(2));
        int[] words = apart.codes().toArray();
        assertArrayEquals(
                new int[] {words[0], words[2], words[1], words[3], 0, 0},
                atOnce.codes().toArray());
        assertEquals(apart.starts(), atOnce.starts());
    }

    /** Lanes that are taken one channel after the other are not shared. */
    @Test
    void shouldNotInterleaveSetsWhoseChannelsAreAlone() {
        Tensor input = new Tensor("in", TensorShape.vector(259), 8, 0, 1);
        byte[] codes = new byte[4 * 259];
        Arrays.fill(codes, (byte) 255);
        CarryWeights weights = of(input, new WeightCodes(8, codes, new int[4]), 2, 0, 0, 0, 0);
        assertEquals(Lanes.CARRY_EXACT, weights.lanes());
        assertEquals(1, weights.setsAtOnce());
    }

    /** A lane of −128 above −1 is below int16: then the lower channel is stored without a sign. */
    @Test
    void shouldNotLetALaneLeaveInt16() {
        int[] codes = {127, 128, 128, 128, 0, 128, 128, 128};
        CarryWeights weights = weights(8, codes, 128, 10, 20);
        assertEquals(Lanes.CARRY_LOW, weights.lanes());
        assertTrue(weights.corrected());
        assertEquals(0x8000 + 127, weights.codes().get(0) & 0xFFFF);
        // Of the lower channel's codes 128 are too many, of the upper one's none.
        assertArrayEquals(
                new int[] {20 * 256 + 10, -128, 10, -128}, weights.starts().toArray());
    }

    @Test
    void shouldFoldTheInputsZeroPointIntoTheBias() {
        Tensor input = new Tensor("in", TensorShape.vector(4), 8, 7, 1);
        int[] codes = {129, 128, 128, 128, 128, 126, 128, 128};
        CarryWeights weights = of(input, new WeightCodes(8, bytes(codes), new int[] {128, 128}), 1, 100, 200);
        assertArrayEquals(
                new int[] {(200 + 2 * 7) * 256 + 100 - 7, 100 - 7},
                weights.starts().toArray());
    }

    /** Products go from −4·255·128 to 4·255·127: what of a bias leaves [−2^23, 2^23) with them is added later. */
    @Test
    void shouldCarryNoMoreOfABiasThanTheUpperChannelsSumHolds() {
        int[] codes = {255, 255, 255, 255, 255, 255, 255, 255};
        int most = (1 << 23) - 1 - 4 * 127 * 255;
        assertRaised(0, weights(8, codes, 128, 1 << 30, most));
        assertRaised(most + 1 + (1 << 23), weights(8, codes, 128, 0, most + 1));
        assertRaised(0, weights(8, codes, 128, 0, -(1 << 23)));
        assertRaised(-1, weights(8, codes, 128, 0, -(1 << 23) - 1));
    }

    private static void assertRaised(int expected, CarryWeights weights) {
        assertEquals(Lanes.CARRY_SIGNED, weights.lanes());
        assertEquals(expected != 0, weights.raised());
        assertEquals(expected == 0 ? 2 : 3, weights.starts().size());
        if (expected != 0) {
            assertEquals(expected, weights.starts().get(2));
        }
    }

    /** Sums go from 0 to 255·255·inputs: as 2^24 takes so many different ones, up to 258 inputs. */
    @Test
    void shouldProveThatTheUpperChannelsSumIsWhole() {
        assertEquals(Lanes.CARRY_SIGNED, highest(8, 258));
        assertEquals(Lanes.CARRY_EXACT, highest(8, 259));
    }

    /** 255·15·inputs: at bit 12 up to 2^20, at bits 4 and 8 up to 2^28 and 2^24. */
    @Test
    void shouldProveFourChannelsEachByWhatItIsShifted() {
        assertEquals(Lanes.CARRY_LOW, highest(4, 274));
        assertEquals(Lanes.CARRY_HIGH, highest(4, 275));
        assertEquals(Lanes.CARRY_HIGH, highest(4, 4386));
        assertEquals(Lanes.CARRY_EXACT, highest(4, 4387));
    }

    private static Lanes highest(int bits, int inputs) {
        Tensor input = new Tensor("in", TensorShape.vector(inputs), 8, 0, 1);
        int channels = 16 / bits;
        byte[] codes = new byte[inputs * channels];
        Arrays.fill(codes, (byte) ((1 << bits) - 1));
        return of(input, new WeightCodes(bits, codes, new int[channels]), 1, new int[channels])
                .lanes();
    }

    private static CarryWeights weights(int bits, int[] codes, int zeroPoint, int... biases) {
        return of(INPUT, new WeightCodes(bits, bytes(codes), new int[] {zeroPoint, zeroPoint}), 1, biases);
    }

    private static CarryWeights of(Tensor input, WeightCodes weights, int setsAtOnce, int... biases) {
        Tensor output = new Tensor("out", TensorShape.vector(biases.length), 32, 0, 1);
        ConvolutionLayer layer =
                new ConvolutionLayer("c", 0, 1, Window.of(1, 1), weights, Ints.of(biases), Requantization.RAW);
        CarryTiles tiles = CarryTiles.of(weights.bits(), input.shape().channels(), input, output)
                .orElseThrow();
        return CarryWeights.of(layer, input, tiles, setsAtOnce);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
