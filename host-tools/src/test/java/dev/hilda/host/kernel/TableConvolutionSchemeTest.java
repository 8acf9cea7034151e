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
import dev.hilda.host.firmware.FirmwareLimits;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableConvolutionSchemeTest {
    @Test
    void shouldSuitLayersOfManyChannelsWithWeightsOfTwoBits() {
        Tensor input = tensor(new TensorShape(2, 2, 16), 8);
        Tensor narrow = tensor(new TensorShape(2, 2, 16), 2);
        assertTrue(TableConvolutionScheme.suits(16, 2, input, tensor(new TensorShape(2, 2, 146), 8)));
        assertFalse(TableConvolutionScheme.suits(16, 4, input, tensor(new TensorShape(2, 2, 146), 8)));
        assertFalse(TableConvolutionScheme.suits(16, 2, input, tensor(new TensorShape(2, 2, 145), 8)));
        assertTrue(TableConvolutionScheme.suits(16, 2, narrow, tensor(new TensorShape(2, 2, 72), 8)));
        assertFalse(TableConvolutionScheme.suits(16, 2, narrow, tensor(new TensorShape(2, 2, 71), 8)));
        assertFalse(TableConvolutionScheme.suits(16, 2, input, tensor(new TensorShape(1, 3, 146), 8)));
        assertFalse(TableConvolutionScheme.suits(12, 2, input, tensor(new TensorShape(2, 2, 146), 8)));
        // Tables, inputs and sums of eight pixels do not fit.
        assertFalse(TableConvolutionScheme.suits(16, 2, input, tensor(new TensorShape(2, 2, 8_000), 8)));
    }

    /** Groups of four weights, the last of two; the channel of ones has none either where inputs end. */
    @Test
    void shouldPackFourWeightsAByteByPassAndChannel() {
        int inputs = 18;
        int channels = 130;
        byte[] codes = new byte[inputs * channels];
        for (int i = 0; i < inputs; i++) {
            codes[i] = (byte) (i % 4);
            codes[inputs + i] = 3;
        }
        TableConvolutionScheme scheme = scheme(codes, channels, new int[channels], 0);
        assertEquals(1, scheme.passes());
        assertEquals(5, scheme.tables());
        byte[] bytes = scheme.weightBytes();
        assertEquals(5 * channels + 2, bytes.length);
        byte each = (byte) 0b11_10_01_00;
        assertArrayEquals(
                new byte[] {each, each, each, each, 0b01_00, -1, -1, -1, -1, 0b11_11, 0}, Arrays.copyOf(bytes, 11));
        int[] zeroPoints = new int[channels];
        zeroPoints[channels - 1] = 1;
        byte[] withOnes = scheme(codes, channels, zeroPoints, 0).weightBytes();
        assertEquals(bytes.length + 5, withOnes.length);
        byte ones = 0b01_01_01_01;
        assertArrayEquals(
                new byte[] {ones, ones, ones, ones, 0b01_01, 0, 0},
                Arrays.copyOfRange(withOnes, 5 * channels, withOnes.length));
    }

    /** 34 inputs are nine groups: two passes of at most 15 tables would do, one does. More than 60 inputs take two. */
    @Test
    void shouldPutAPassBehindTheOther() {
        int inputs = 64;
        int channels = 130;
        byte[] codes = new byte[inputs * channels];
        Arrays.fill(codes, inputs / 2, inputs / 2 + 4, (byte) 3);
        TableConvolutionScheme scheme = scheme(codes, channels, new int[channels], 0);
        assertEquals(List.of(2, 8), List.of(scheme.passes(), scheme.tables()));
        byte[] bytes = scheme.weightBytes();
        byte[] expected = new byte[2 * 8 * channels + 2];
        expected[8 * channels] = -1;
        assertArrayEquals(expected, bytes);
    }

    /** B − Zx·Σ(W − Zw): 18 weights of 2 less 1 at an input zero point of 5. */
    @Test
    void shouldFoldZeroPointsIntoTheBias() {
        byte[] codes = new byte[18 * 130];
        Arrays.fill(codes, (byte) 2);
        int[] zeroPoints = new int[130];
        zeroPoints[0] = 1;
        int[] bias = scheme(codes, 130, zeroPoints, 5).zeroPoints().bias();
        assertEquals(-5 * 18, bias[0]);
        assertEquals(-5 * 36, bias[1]);
    }

    /** 3 · 15 · 4 · 364 = 65,520. */
    @Test
    void shouldHaveSumsOf16BitsWhereTheyHold() {
        assertFalse(new TablePlan.TableShape(4 * 364, 4, 130, 8).hasWideSums());
        assertTrue(new TablePlan.TableShape(4 * 364 + 1, 4, 130, 8).hasWideSums());
        assertFalse(new TablePlan.TableShape(4 * 21, 8, 130, 8).hasWideSums());
        assertTrue(new TablePlan.TableShape(4 * 21 + 1, 8, 130, 8).hasWideSums());
    }

    /** Layers E and F: weights beside tables where they fit, else several tiles for each time that they are read. */
    @Test
    void shouldReadWeightsFromFlashSeldom() {
        TablePlan small =
                TablePlan.of(new TablePlan.TableShape(384, 8, 384, 196)).orElseThrow();
        assertEquals(List.of(12, 8, 1, true), List.of(small.tables(), small.passes(), small.tiles(), small.copied()));
        TablePlan large =
                TablePlan.of(new TablePlan.TableShape(768, 8, 768, 49)).orElseThrow();
        assertFalse(large.copied());
        // The last pixel is computed together with those before it.
        assertEquals(2, large.joining());
        TablePlan narrow =
                TablePlan.of(new TablePlan.TableShape(768, 4, 768, 49)).orElseThrow();
        assertTrue(narrow.tiles() >= 2, narrow::toString);
        assertTrue(large.scratchBytes() <= WeightedScheme.MOST_SCRATCH_BYTES, large::toString);
    }

    @Test
    void shouldWorkInWhatFirmwareHas() {
        assertEquals(WeightedScheme.MOST_SCRATCH_BYTES, FirmwareLimits.read().scratchBytes());
    }

    private static TableConvolutionScheme scheme(byte[] codes, int channels, int[] zeroPoints, int inputZeroPoint) {
        ConvolutionLayer layer = new ConvolutionLayer(
                "c",
                0,
                1,
                Window.of(1, 1),
                new WeightCodes(2, codes, zeroPoints),
                zeros(channels),
                requantization(channels));
        Tensor input = new Tensor("in", new TensorShape(2, 2, codes.length / channels), 8, inputZeroPoint, 1);
        return new TableConvolutionScheme(layer, input, tensor(new TensorShape(2, 2, channels), 8));
    }
}
