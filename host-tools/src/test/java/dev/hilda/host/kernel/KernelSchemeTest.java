// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static dev.hilda.host.kernel.Schemes.PAIRED;
import static dev.hilda.host.kernel.Schemes.THREE;
import static dev.hilda.host.kernel.Schemes.WIDE;
import static dev.hilda.host.kernel.Schemes.add;
import static dev.hilda.host.kernel.Schemes.averagePool;
import static dev.hilda.host.kernel.Schemes.concatenation;
import static dev.hilda.host.kernel.Schemes.convolution;
import static dev.hilda.host.kernel.Schemes.depthwise;
import static dev.hilda.host.kernel.Schemes.gather;
import static dev.hilda.host.kernel.Schemes.interpolate;
import static dev.hilda.host.kernel.Schemes.lookup;
import static dev.hilda.host.kernel.Schemes.maxPool;
import static dev.hilda.host.kernel.Schemes.mean;
import static dev.hilda.host.kernel.Schemes.network;
import static dev.hilda.host.kernel.Schemes.pad;
import static dev.hilda.host.kernel.Schemes.prelu;
import static dev.hilda.host.kernel.Schemes.product;
import static dev.hilda.host.kernel.Schemes.requantization;
import static dev.hilda.host.kernel.Schemes.rescale;
import static dev.hilda.host.kernel.Schemes.reshape;
import static dev.hilda.host.kernel.Schemes.scheme;
import static dev.hilda.host.kernel.Schemes.softmax;
import static dev.hilda.host.kernel.Schemes.sum;
import static dev.hilda.host.kernel.Schemes.tensor;
import static dev.hilda.host.kernel.Schemes.weights;
import static dev.hilda.host.kernel.Schemes.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelSchemeTest {
    private static final Window HALF = new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);

    @Test
    void shouldNameTheKernelByOperatorAndBits() {
        assertEquals("outer_convolution_a4_w2_o8", convolution(4, 2, 8, 0).kernelName());
        assertEquals("carry_convolution_a8_w8_o32", convolution(8, 8, 32, 0).kernelName());
        assertEquals("outer_convolution_a2_w4_o8", convolution(2, 4, 8, 0).kernelName());
        assertEquals("depthwise_a2_w4_o8", depthwise(2, 4, 5).kernelName());
        assertEquals("add_a4_a4_o2", add(4, 2, 1, 0).kernelName());
        assertEquals("rescale_a2_o8", rescale(2, 8, 1, 0).kernelName());
        assertEquals("lookup_a2_o4", lookup(2, 4).kernelName());
        assertEquals("sum_a4_a8_o2", sum(4, 8, 2, 1, -1, 0).kernelName());
        assertEquals("product_a2_a8_o4", product(tensor(PAIRED, 2), 3, 0, 1).kernelName());
        assertEquals("concatenation_a4", concatenation(4, Axis.WIDTH, 3, 3).kernelName());
        assertEquals("gather_a2", gather(2, Ints.of(0), Ints.of(0), Ints.of(0)).kernelName());
        assertEquals("interpolate_a4", interpolate(4, 5).kernelName());
        assertEquals("average_pool_a4", averagePool(4, HALF, 4, 4).kernelName());
        assertEquals("mean_a4_o8", mean(4, 8, HALF, 4).kernelName());
        assertEquals("max_pool_a2", maxPool(2, HALF).kernelName());
        assertEquals("pad_a8", pad(8).kernelName());
        assertEquals("reshape_a4", reshape(4, new TensorShape(2, 2, 4)).kernelName());
        assertEquals("softmax_a8", softmax(8, 3).kernelName());
        assertEquals("prelu_a4_o2", prelu(4, 2, 0, 1).kernelName());
    }

    /** A column holds 3·3·3 = 27 codes, filled up to whole words of 16 weights; two columns of 2 bytes a lane. */
    @Test
    void shouldUnpackTheWindowsOfTwoPixels() {
        assertEquals(4 * 28 + 16 * (2 * 28 + 4), convolution(8, 2, 8, 0).scratchBytes());
    }

    /** Four groups of four pixels: 14 words of two lanes and a sum each; two words of a group behind them, and a window's 28 bytes. */
    @Test
    void shouldUnpackTheWindowsOfATile() {
        assertEquals(4 * 4 * (14 + 1) * 4 + 32 + 28, convolution(8, 8, 8, 0).scratchBytes());
        assertEquals(4 * 4 * (14 + 1) * 4 + 32 + 28, convolution(8, 4, 32, 0).scratchBytes());
    }

    @Test
    void shouldUnpackOneWindowWhereARowIsOnePixel() {
        Window whole = Window.of(4, 4);
        TensorShape input = new TensorShape(4, 4, 3);
        KernelScheme scheme = scheme(
                tensor(input, 8),
                tensor(TensorShape.vector(2), 8),
                new ConvolutionLayer("c", 0, 1, whole, weights(8, 96, 2), Ints.of(0, 0), requantization(2)));
        assertEquals(4 * (24 + 1) * 4 + 32 + 48, scheme.scratchBytes());
    }

    /** Nine taps of 1, 4, 5 or 8 channels: whole quads of 2-byte lanes, whatever the bits. */
    @Test
    void shouldUnpackAllWeightsOfADepthwiseLayerInQuads() {
        assertEquals(9 * 4 * 2, depthwise(8, 8, 1).scratchBytes());
        assertEquals(9 * 4 * 2, depthwise(8, 4, 4).scratchBytes());
        assertEquals(9 * 8 * 2, depthwise(4, 2, 5).scratchBytes());
        assertEquals(9 * 8 * 2, depthwise(2, 8, 8).scratchBytes());
    }

    @Test
    void shouldWorkInTheirTensorsAlone() {
        assertEquals(0, add(8, 8, 1, 0).scratchBytes());
        assertEquals(0, rescale(8, 8, 1, 0).scratchBytes());
        assertEquals(0, lookup(8, 8).scratchBytes());
        assertEquals(0, sum(8, 8, 8, 1, -1, 0).scratchBytes());
        assertEquals(0, concatenation(8, Axis.CHANNEL, 3, 3).scratchBytes());
        assertEquals(0, gather(8, Ints.of(0), Ints.of(0), Ints.of(0)).scratchBytes());
        assertEquals(0, interpolate(8, 5).scratchBytes());
        assertEquals(0, averagePool(8, HALF, 4, 4).scratchBytes());
        assertEquals(0, mean(8, 8, HALF, 4).scratchBytes());
        assertEquals(0, maxPool(8, HALF).scratchBytes());
        assertEquals(0, pad(8).scratchBytes());
        assertEquals(0, reshape(8, new TensorShape(2, 2, 4)).scratchBytes());
        assertEquals(0, softmax(8, 3).scratchBytes());
        assertEquals(0, prelu(8, 8, 0, 1).scratchBytes());
    }

    @Test
    void shouldNeedWhatTheLargestLayerNeeds() {
        KernelScheme small = depthwise(8, 8, 1);
        IntegerNetwork network = network(
                List.of(
                        tensor(new TensorShape(4, 4, 5), 8),
                        tensor(new TensorShape(4, 4, 5), 8),
                        tensor(new TensorShape(4, 4, 5), 8)),
                new DepthwiseLayer("wide", 0, 1, WIDE, weights(8, 45, 5), zeros(5), requantization(5)),
                new DepthwiseLayer("one", 1, 2, Window.of(1, 1), weights(8, 5, 5), zeros(5), requantization(5)));
        assertEquals(72, small.scratchBytes());
        assertEquals(144, KernelScheme.scratchBytes(network));
    }

    @Test
    void shouldCountConstantsAsPacked() {
        assertEquals(
                new Constants(4, 27, 4 * (2 + 2) + 2), convolution(8, 4, 8, 0).constants());
        assertEquals(new Constants(2, 12, 4 * (5 + 5) + 5), depthwise(8, 2, 5).constants());
        assertEquals(new Constants(0, 0, 4 * 16), softmax(4, 3).constants());
        assertEquals(new Constants(0, 0, 256), lookup(8, 2).constants());
        // Rows 1 and 0, columns 0 to 2, channels 1 to 2 and 0: two runs, one and two.
        assertEquals(
                new Constants(0, 0, 4 * (2 + 1 + 2)),
                gather(8, Ints.of(1, 0), Ints.of(0, 1, 2), Ints.of(1, 2, 0)).constants());
        assertEquals(new Constants(0, 0, 4 * 3), prelu(8, 2, 0, 1).constants());
        assertEquals(new Constants(0, 0, 0), add(8, 8, 1, 0).constants());
        assertEquals(new Constants(0, 0, 0), mean(8, 8, HALF, 4).constants());
    }

    /** 27 weights of at most 255 − 0 and inputs of at most 255: exactly 27·255·255 above the bias. */
    @Test
    void shouldRefuseSumsThatLeaveInt32() {
        int most = Integer.MAX_VALUE - 27 * 255 * 255;
        assertEquals("carry_convolution_a8_w8_o8", convolution(8, 8, 8, most).kernelName());
        assertEquals(
                "layer c: carry_convolution_a8_w8_o8 is not proved right: sums of channel 0 reach from 2145727973 to 2147483648",
                refusal(() -> convolution(8, 8, 8, most + 1)));
        assertEquals("depthwise_a8_w8_o8", depthwise(most(9)).kernelName());
        assertEquals(
                "layer d: depthwise_a8_w8_o8 is not proved right: sums of channel 0 reach from 2146898423 to 2147483648",
                refusal(() -> depthwise(most(9) + 1)));
    }

    @Test
    void shouldRefuseWhatRequantizationMakesOfSums() {
        int sum = 27 * 255 * 255;
        Requantization shifts = new Requantization(Ints.of(1, 1), 10, 1, 0, 0, 255);
        Requantization quarters = new Requantization(Ints.of(1 << 30, 1), 0, 1, Integer.MAX_VALUE - sum / 4, 0, 255);
        assertEquals(
                "layer c: carry_convolution_a8_w8_o8 is not proved right: shifted sums of channel 0 reach from 409600000 to "
                        + 1024L * (sum + 400_000),
                refusal(() -> convolution(400_000, shifts)));
        assertEquals("carry_convolution_a8_w8_o8", convolution(0, quarters).kernelName());
        assertEquals(
                "layer c: carry_convolution_a8_w8_o8 is not proved right: scaled sums of channel 0 reach from 2147044729 to "
                        + "2147483648",
                refusal(() -> convolution(1, quarters)));
    }

    @Test
    void shouldRefuseElementsThatLeaveInt32() {
        assertEquals(
                "add_a8_a8_o8",
                add(8, 8, 1 << 21, Integer.MAX_VALUE - 2 * 255 * (1 << 21)).kernelName());
        assertEquals(
                "layer a: add_a8_a8_o8 is not proved right: sums reach from 1077936128 to 2147483648",
                refusal(() -> add(8, 8, 1 << 21, Integer.MAX_VALUE - 2 * 255 * (1 << 21) + 1)));
        assertEquals(
                "layer r: rescale_a4_o8 is not proved right: sums reach from -2147483654 to -2147483639",
                refusal(() -> rescale(4, 8, -1, Integer.MIN_VALUE + 9)));
        assertEquals("rescale_a4_o8", rescale(4, 8, -1, Integer.MIN_VALUE + 15).kernelName());
    }

    @Test
    void shouldRefuseSumsAndProductsThatLeaveInt32() {
        assertEquals(
                Optional.empty(), sum(8, 4, 8, 1, -2, Integer.MIN_VALUE + 30).objection());
        assertEquals(
                Optional.of("sums reach from -2147483649 to -2147483364"),
                sum(8, 4, 8, 1, -2, Integer.MIN_VALUE + 29).objection());
        assertEquals(
                Optional.of("sums reach from -2147483903 to -2147483633"),
                sum(8, 4, 8, -1, 1, Integer.MIN_VALUE).objection());
        // From −255·255 to 255·255, scaled to a quarter.
        Tensor low = new Tensor("low", PAIRED, 8, 255, 1);
        Tensor middle = new Tensor("middle", PAIRED, 8, 100, 1);
        assertEquals(Optional.empty(), product(low, 0, 15, 1 << 30).objection());
        assertEquals(
                Optional.of("shifted sums reach from 0 to 4261478400"),
                product(low, 255, 16, 1).objection());
        assertEquals(
                Optional.of("scaled sums reach from 2147470897 to 2147487153"),
                product(middle, 0, 0, 1 << 30).objection());
    }

    /** Codes less the zero point are −1 to 254: a quarter of it is −1 to 63, half of it 0 to 126. */
    @Test
    void shouldRefuseAPreluThatLeavesInt32() {
        assertEquals(Optional.empty(), prelu(8, 8, 1 << 30, 1 << 30).objection());
        assertEquals(
                Optional.of("scaled sums from 0 on reach from 2147483584 to 2147483710"),
                prelu(8, 8, Integer.MAX_VALUE, 1).objection());
        Requantization to = new Requantization(Ints.of(0, 1), 0, 1, Integer.MIN_VALUE, 0, 3);
        assertEquals(
                Optional.of("scaled sums below 0 of channel 1 reach from -2147483649 to -2147483648"),
                new PreluScheme(
                                new PreluLayer("p", 0, 1, 0, to),
                                new Tensor("in", TensorShape.vector(2), 8, 1, 1),
                                tensor(TensorShape.vector(2), 8))
                        .objection());
    }

    /** Rows of two pixels; a broadcast operand is read again when all but the last pixel is written. */
    @Test
    void shouldReadOperandsAgainWhereTheyAreBroadcast() {
        Tensor output = tensor(new TensorShape(2, 2, 5), 8);
        assertEquals(new Reach(0, 4), PairReads.of(tensor(new TensorShape(2, 2, 5), 8), output));
        assertEquals(new Reach(15, 4), PairReads.of(tensor(TensorShape.vector(5), 8), output));
        assertEquals(new Reach(20 - 1 - 3, 1), PairReads.of(tensor(new TensorShape(2, 2, 1), 8), output));
        // Row 0 again: from byte 0 when two pixels are written, and row 1 only ahead of what is.
        assertEquals(new Reach(15 - 5, 4), PairReads.of(tensor(new TensorShape(1, 2, 5), 8), output));
        assertEquals(new Reach(15 - 5, 4), PairReads.of(tensor(new TensorShape(2, 1, 5), 8), output));
        // Of 4 bits three bytes a pixel: the last code is in byte 11, and 19 are written.
        assertEquals(new Reach(19 - 11, 2), PairReads.of(tensor(new TensorShape(2, 2, 5), 4), output));
    }

    @Test
    void shouldRefuseAnAverageOfMoreThanUint32Holds() {
        Window whole = new Window(2902, 2902, 1, 1, 1, 1, 0, 0, 0, 0);
        assertEquals(
                "layer p: average_pool_a8 is not proved right: sums reach from 4210802 to 2151719822",
                refusal(() -> averagePool(8, whole, 2902, 2902)));
    }

    /** 2901² codes of 255 are the most; a zero point of 255 turns them below 0. */
    @Test
    void shouldRefuseAMeanThatLeavesInt32() {
        assertEquals("mean_a8_o8", mean(8, 8, Window.of(2901, 2901), 2901).kernelName());
        assertEquals(
                "layer m: mean_a8_o8 is not proved right: sums reach from 0 to 2147509020",
                refusal(() -> mean(8, 8, Window.of(2902, 2902), 2902)));
        assertEquals(
                Optional.of("sums reach from -2147509020 to 0"),
                meanOf(new TensorShape(2902, 2902, 1), 255, requantization(1)).objection());
        TensorShape four = new TensorShape(2, 2, 1);
        assertEquals(
                Optional.of("shifted sums reach from -4278190080 to 0"),
                meanOf(four, 255, new Requantization(Ints.of(1), 22, 1, 0, 0, 3))
                        .objection());
        assertEquals(
                Optional.of("scaled sums reach from 2147483647 to 2147483902"),
                meanOf(four, 0, new Requantization(Ints.of(1 << 30), 0, 1, Integer.MAX_VALUE, 0, 3))
                        .objection());
        assertEquals(
                Optional.empty(),
                meanOf(four, 255, new Requantization(Ints.of(1 << 30), 0, 1, Integer.MAX_VALUE, 0, 3))
                        .objection());
    }

    private static MeanScheme meanOf(TensorShape shape, int zeroPoint, Requantization requantization) {
        Window whole = Window.of(shape.height(), shape.width());
        return new MeanScheme(
                new MeanLayer("m", 0, 1, whole, requantization),
                new Tensor("in", shape, 8, zeroPoint, 1),
                tensor(TensorShape.vector(1), 8));
    }

    @Test
    void shouldReadAWindowThatWhatIsWrittenHasPassed() {
        // Of a row's second pair: six pixels are written when (1, 2) reads from (0, 1) on; ahead, two rows when (2, 0)
        // and (2, 1) have read to (3, 2).
        Tensor four = tensor(new TensorShape(4, 4, 3), 8);
        assertEquals(
                List.of(new Reach(6 * 2 - 1 * 3, 15 * 3 - 8 * 2)),
                ConvolutionScheme.reach(THREE, four, tensor(new TensorShape(4, 4, 2), 8)));
        assertEquals(
                List.of(new Reach(14 * 8 - 9 * 3, 7 * 3)),
                ConvolutionScheme.reach(THREE, four, tensor(new TensorShape(4, 4, 2), 32)));
        // All of it is one tile, or one block.
        assertEquals(List.of(new Reach(0, 16 * 3)), convolution(8, 8, 8, 0).reach());
        assertEquals(List.of(new Reach(0, 16 * 3)), convolution(8, 2, 8, 0).reach());
        // A pixel at a time: a row and two columns back, and as far ahead; five channels in two quads.
        assertEquals(List.of(new Reach(6, 7)), depthwise(8, 8, 1).reach());
        assertEquals(List.of(new Reach(5 * 6, 5 * 6 + 4)), depthwise(8, 8, 5).reach());
        assertEquals(List.of(new Reach(0, 16 * 3 - 3 * 3)), maxPool(8, HALF).reach());
        // Of 3 bytes a pixel one is left, or of one byte there are 3: then the second window begins below what is
        // written.
        assertEquals(List.of(new Reach(0, 16 * 3 - 3)), mean(8, 2, HALF, 4).reach());
        assertEquals(List.of(new Reach(3 - 2, 14 - 2 * 3)), mean(2, 8, HALF, 4).reach());
    }

    @Test
    void shouldReadElementsAsTheyAreWritten() {
        // Three codes of 2 bits are one byte of a pixel, of 8 bits three.
        assertEquals(List.of(new Reach(15 * 3 - 15, 1)), rescale(2, 8, 1, 0).reach());
        assertEquals(List.of(new Reach(0, 16 * 3 - 15)), rescale(8, 2, 1, 0).reach());
        assertEquals(List.of(new Reach(15 * 3 - 15, 1)), lookup(2, 8).reach());
        assertEquals(List.of(new Reach(0, 16 * 3 - 15)), lookup(8, 2).reach());
        assertEquals(List.of(new Reach(15 * 3 - 15, 1)), prelu(2, 8, 0, 1).reach());
        assertEquals(List.of(new Reach(0, 16 * 3 - 15)), prelu(8, 2, 0, 1).reach());
        // Without unused bits a row is one long pixel, four codes at a time.
        assertEquals(List.of(new Reach(0, 4), new Reach(0, 4)), add(8, 8, 1, 0).reach());
        assertEquals(
                List.of(new Reach(15 * 3 + 2 - (15 * 2 + 1), 2)), softmax(4, 3).reach());
    }

    /** The bytes are there, but memcpy may not move them by less than their number. */
    @Test
    void shouldKeepCopiesApart() {
        TensorShape twelve = new TensorShape(2, 2, 12);
        assertEquals(List.of(new Reach(48, 48)), reshape(8, twelve).reach());
        // 16 pixels of 3 codes are 32 bytes, 3 pixels of 16 codes 24; a byte is written before its second code is read.
        assertEquals(
                List.of(new Reach(1, 8)), reshape(4, new TensorShape(1, 3, 16)).reach());
        // Rows of 12 bytes into a frame of 6·6 pixels; the last is written to row 4, columns 1 … 4.
        assertEquals(List.of(new Reach((4 * 6 + 5) * 3 - 3 * 12, 12)), pad(8).reach());
    }

    /** Two inputs of 2×2 pixels; the second is the input padded or convolved. */
    @Test
    void shouldReadRunsInTurns() {
        // All 12 bytes of one, then all 12 of the other: the second is read from its start to its end when 24 are
        // written.
        assertEquals(
                List.of(new Reach(12, 12), new Reach(24, 0)),
                concatenation(8, Axis.HEIGHT, 3, 3).reach());
        // Rows of 6 bytes. The last row of the first is read once 18 are written, of the second once 24 are.
        assertEquals(
                List.of(new Reach(18 - 6, 6), new Reach(24 - 6, 0)),
                concatenation(8, Axis.WIDTH, 3, 3).reach());
        // Pixels of 2 and of 3 bytes: the last begin at bytes 6 and 9, and are written to bytes 17 and 20.
        assertEquals(
                List.of(new Reach(17 - 6, 2), new Reach(20 - 9, 1)),
                concatenation(8, Axis.CHANNEL, 2, 3).reach());
        // Pixels of three codes of 2 bits and of five are a byte and two, side by side again two: code by code. The
        // last pixel begins at bytes 3 and 6; its second and its third code are read once 7 and 8 are written.
        assertEquals(
                List.of(new Reach(7 - 3, 1), new Reach(8 - 6, 0)),
                concatenation(2, Axis.CHANNEL, 3, 5).reach());
    }

    /** Of 2×3 pixels of three channels. */
    @Test
    void shouldReadRowsAndPixelsInTheOrderOfTheOutput() {
        Ints rows = Ints.of(0, 1);
        Ints columns = Ints.of(0, 1, 2);
        Ints channels = Ints.of(0, 1, 2);
        // Rows of nine bytes in turn: the second is written over the first, which is read once 18 are written.
        assertEquals(
                List.of(new Reach(18, 18)),
                gather(8, Ints.of(1, 0), columns, channels).reach());
        // Each pixel twice: the last begins at byte 15, and is read once 36 are written.
        assertEquals(
                List.of(new Reach(36 - 15, 3)),
                gather(8, rows, Ints.of(0, 0, 1, 1, 2, 2), channels).reach());
        // Two of three codes of 4 bits, code by code: pixels of two bytes become one of one.
        assertEquals(
                List.of(new Reach(0, 12 - 6)),
                gather(4, rows, columns, Ints.of(1, 2)).reach());
        // The first code twice: the last pixel's is in byte 10 when the first of both is written, as byte 5.
        assertEquals(
                List.of(new Reach(1, 11 - 5)),
                gather(4, rows, columns, Ints.of(0, 0)).reach());
        // Bytes 2 and 0: of the first pixel one is written over the other before it is read.
        assertEquals(
                List.of(new Reach(2, 18 - 10)),
                gather(8, rows, columns, Ints.of(2, 0)).reach());
    }

    /** Of 2×2 pixels 3×3: rows and columns 0, half way, 1; both rows of the middle one are read at each of its pixels. */
    @Test
    void shouldReadBothRowsThatAPixelLiesBetween() {
        // The last pixel is row 1's second: the input's fourth, read when eight are written. Ahead is but the pixel on
        // the
        // right of the first row's.
        assertEquals(List.of(new Reach((8 - 3) * 3, 3)), interpolate(8, 3).reach());
        // Five channels in two quads.
        assertEquals(List.of(new Reach((8 - 3) * 5, 4)), interpolate(8, 5).reach());
        assertEquals(new Constants(0, 0, 6 * (3 + 3)), interpolate(8, 5).constants());
    }

    /** Each of the four corners is the farthest in one way or the other, where 3×3 pixels become one or two. */
    @Test
    void shouldReadAllFourCorners() {
        // One pixel of the input's first and last: nothing is written yet.
        assertEquals(new Reach(0, 9), corners(List.of(0), List.of(2), List.of(0), List.of(2)));
        assertEquals(new Reach(0, 9), corners(List.of(2), List.of(0), List.of(2), List.of(0)));
        assertEquals(new Reach(0, 9), corners(List.of(0), List.of(2), List.of(2), List.of(0)));
        assertEquals(new Reach(0, 9), corners(List.of(2), List.of(0), List.of(0), List.of(2)));
        // The second of two reads the first again when one is written.
        assertEquals(new Reach(1, 9), corners(List.of(2, 0), List.of(2, 2), List.of(2), List.of(0)));
        assertEquals(new Reach(1, 9), corners(List.of(2, 2), List.of(2, 0), List.of(0), List.of(2)));
    }

    private static Reach corners(
            List<Integer> lowerRows, List<Integer> upperRows, List<Integer> left, List<Integer> right) {
        InterpolateLayer layer =
                new InterpolateLayer("i", 0, 1, positions(lowerRows, upperRows), positions(left, right), 0);
        Tensor input = tensor(new TensorShape(3, 3, 1), 8);
        Tensor output = tensor(new TensorShape(lowerRows.size(), left.size(), 1), 8);
        return new InterpolateScheme(layer, input, output).reach().get(0);
    }

    private static InterpolateLayer.Positions positions(List<Integer> lower, List<Integer> upper) {
        return new InterpolateLayer.Positions(
                Ints.of(lower.stream().mapToInt(Integer::intValue).toArray()),
                Ints.of(upper.stream().mapToInt(Integer::intValue).toArray()),
                zeros(lower.size()));
    }

    @Test
    void shouldCopyRunsOfChannelsThatAreBytes() {
        assertCopies(true, 8, 5, 3, 1, 1);
        assertCopies(true, 4, 5, 2, 3, 0, 1);
        assertCopies(true, 2, 9, 4, 5, 6, 7);
        // The last byte of a pixel is filled up with zeros.
        assertCopies(true, 4, 5, 0, 1, 4);
        assertCopies(true, 2, 5, 4);
        // That begin within a byte of the input, or of the output, or end where the input goes on.
        assertCopies(false, 4, 5, 1, 2);
        assertCopies(false, 4, 5, 4, 0, 1);
        assertCopies(false, 4, 5, 0, 1, 2);
        assertCopies(false, 2, 9, 0, 1, 2, 3, 4, 5);
    }

    private static void assertCopies(boolean expected, int bits, int inputChannels, int... channels) {
        GatherLayer layer = new GatherLayer("g", 0, 1, Ints.of(0), Ints.of(0), Ints.of(channels));
        Tensor input = tensor(TensorShape.vector(inputChannels), bits);
        GatherScheme scheme = new GatherScheme(layer, input, tensor(TensorShape.vector(channels.length), bits));
        assertEquals(expected, scheme.isOfBytes(), () -> Arrays.toString(channels));
    }

    @Test
    void shouldPutCodesHalfAWordApart() {
        byte[] codes = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertArrayEquals(
                new int[] {0x86427531, 0x00000009}, convolutionOf(4, codes).weightWords());
        assertArrayEquals(
                new int[] {0x04020301, 0x08060705, 0x00000009},
                convolutionOf(8, codes).weightWords());
    }

    @Test
    void shouldPutDepthwiseCodesInQuads() {
        // Two taps of five channels.
        byte[] codes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        DepthwiseLayer layer = new DepthwiseLayer(
                "d",
                0,
                1,
                Window.of(1, 2),
                new WeightCodes(4, codes, new int[] {5, 6, 7, 8, 9}),
                zeros(5),
                requantization(5));
        DepthwiseScheme scheme =
                new DepthwiseScheme(layer, tensor(new TensorShape(1, 2, 5), 8), tensor(TensorShape.vector(5), 8));
        assertArrayEquals(new byte[] {0x21, 0x43, 0x76, (byte) 0x98, 0x05, 0x00, 0x0A, 0x00}, scheme.weightBytes());
        assertArrayEquals(new byte[] {5, 6, 7, 8, 9, 0, 0, 0}, scheme.zeroPoints());
    }

    private static ConvolutionScheme convolutionOf(int bits, byte[] codes) {
        ConvolutionLayer layer = new ConvolutionLayer(
                "c", 0, 1, Window.of(1, 1), new WeightCodes(bits, codes, new int[] {0}), zeros(1), requantization(1));
        return new ConvolutionScheme(layer, tensor(TensorShape.vector(9), 8), tensor(TensorShape.vector(1), 8));
    }

    private static String refusal(Runnable choice) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, choice::run).getMessage());
    }

    private static int most(int products) {
        return Integer.MAX_VALUE - products * 255 * 255;
    }
}
