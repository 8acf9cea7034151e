// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no network may have, and what is just allowed. */
class NetworkChecksTest {
    private static final TensorShape SHAPE = new TensorShape(4, 4, 2);
    private static final Tensor IN = tensor("in", SHAPE);
    private static final Tensor OUT = tensor("out", SHAPE);
    private static final Window ONE = Window.of(1, 1);

    private static Tensor tensor(String name, TensorShape shape) {
        return new Tensor(name, shape, 4, 3, 0.5);
    }

    private static Tensor int32(String name, TensorShape shape) {
        return new Tensor(name, shape, 32, 0, 0.5);
    }

    private static IntegerNetwork network(List<Tensor> tensors, Layer... layers) {
        return new IntegerNetwork("network", tensors, List.of(layers), 0, tensors.size() - 1);
    }

    private static IntegerNetwork network(Tensor in, Tensor out, Layer layer) {
        IntegerNetwork network = network(List.of(in, out), layer);
        assertEquals(out, network.outputOf(layer));
        return network;
    }

    private static void refused(String reason, List<Tensor> tensors, Layer... layers) {
        refused(reason, tensors, List.of(layers), 0, tensors.size() - 1);
    }

    private static void refused(String reason, Tensor in, Tensor out, Layer layer) {
        refused(reason, List.of(in, out), layer);
    }

    private static void refused(String reason, List<Tensor> tensors, List<Layer> layers, int input, int output) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> new IntegerNetwork("network", tensors, layers, input, output))
                .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static Layer reshape(String name, int input, int output) {
        return new ReshapeLayer(name, input, output);
    }

    @Test
    void shouldRefuseLayersThatDoNotMakeTheOutputOfTheInput() {
        Tensor between = tensor("between", SHAPE);
        List<Tensor> three = List.of(IN, between, OUT);
        assertEquals(
                3,
                network(three, reshape("a", 0, 1), reshape("b", 1, 2)).tensors().size());
        refused("at least one layer", List.of(IN));
        refused("unique layer names", three, reshape("a", 0, 1), reshape("a", 1, 2));
        refused("unique tensor names", List.of(IN, IN), reshape("a", 0, 1));
        refused("layer b to read a tensor written before", three, reshape("b", 1, 2), reshape("a", 0, 1));
        refused("layer b to write a tensor of its own", three, reshape("a", 0, 1), reshape("b", 0, 1));
        refused("layer a to write a tensor of its own", List.of(IN, OUT), reshape("a", 0, 0));
        refused("every tensor to be used", three, reshape("a", 0, 2));
        refused("outputs that layers write", three, List.of(reshape("a", 0, 1)), 0, 2);
        refused("a tensor from 0 to 1", List.of(IN, OUT), List.of(reshape("a", 0, 1)), 2, 1);
        refused("a tensor from 0 to 1", List.of(IN, OUT), List.of(reshape("a", 0, 1)), -1, 1);
        refused("a tensor from 0 to 1", List.of(IN, OUT), reshape("a", 0, 2));
    }

    @Test
    void shouldLetTheOutputAloneBeInt32() {
        Tensor wide = int32("wide", SHAPE);
        ConvolutionLayer raw = convolution(0, 1, 2, 2, 2, Requantization.RAW);
        assertTrue(network(IN, wide, raw).outputTensor().isInt32());
        refused("an input of codes", int32("in", SHAPE), wide, reshape("a", 0, 1));
        refused("int32 only as an output", List.of(IN, wide, OUT), raw, reshape("a", 1, 2));
        refused("layer a to read codes", List.of(IN, wide, OUT), List.of(raw, reshape("a", 1, 2)), 0, 1);
    }

    /** Each input is a tensor of codes of its own, which no layer writes. */
    @Test
    void shouldRefuseInputsThatAreNotOneTensorAfterTheOther() {
        List<Tensor> three = List.of(IN, OUT, new Tensor("more", IN.shape(), 4, 0, 1));
        List<Layer> layers = List.of(reshape("a", 0, 1));
        IntegerNetwork network = new IntegerNetwork("n", three, layers, List.of(2, 0), List.of(1));
        assertEquals(
                List.of("more", IN.name()),
                network.inputTensors().stream().map(Tensor::name).toList());
        assertEquals(IN.packedBytes() + three.get(2).packedBytes(), network.inputBytes());
        assertThrows(IllegalArgumentException.class, network::inputTensor);
        for (List<Integer> inputs :
                List.of(List.<Integer>of(), List.of(0, 0, 2), List.of(0, 1, 2), List.of(0, 3), List.of(0))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new IntegerNetwork("n", three, layers, inputs, List.of(1)),
                    inputs.toString());
        }
    }

    @Test
    void shouldRefuseAnswersThatAreNotOneTensorAfterTheOther() {
        List<Tensor> two = List.of(IN, OUT);
        List<Layer> layers = List.of(reshape("a", 0, 1));
        assertEquals(List.of(OUT, IN), new IntegerNetwork("n", two, layers, List.of(0), List.of(1, 0)).outputTensors());
        for (List<Integer> outputs : List.of(List.<Integer>of(), List.of(1, 1), List.of(1, 2))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new IntegerNetwork("n", two, layers, List.of(0), outputs),
                    outputs.toString());
        }
    }

    @Test
    void shouldRefuseAnOutputOfAnotherShape() {
        Tensor other = tensor("out", new TensorShape(4, 2, 4));
        refused("shape 4x4x2 at layer rescale", IN, other, rescale(0, 0, 15));
        refused("shape 4x4x4 at layer convolution", IN, other, convolution(0, 1, 2, 4, 4, four(4)));
        refused("shape 4x4x4 at layer depthwise", IN, other, depthwise(4, 4));
        refused("shape 5x4x2 at layer pad", IN, OUT, new PadLayer("pad", 0, 1, 1, 0, 0, 0));
        refused("shape 4x4x2 at layer max", IN, other, new MaxPoolLayer("max", 0, 1, ONE, 0, 15));
        refused("shape 4x4x2 at layer average", IN, other, new AveragePoolLayer("average", 0, 1, ONE, 0, 0, 15));
    }

    private static ConvolutionLayer convolution(
            int input, int output, int inputs, int channels, int biases, Requantization requantization) {
        return new ConvolutionLayer(
                "convolution",
                input,
                output,
                ONE,
                new WeightCodes(8, new byte[inputs * channels], new int[channels]),
                Ints.of(new int[biases]),
                requantization);
    }

    private static DepthwiseLayer depthwise(int weights, int channels) {
        return new DepthwiseLayer(
                "depthwise",
                0,
                1,
                ONE,
                new WeightCodes(8, new byte[weights], new int[channels]),
                Ints.of(new int[channels]),
                four(channels));
    }

    /** To 4 bits. */
    private static Requantization four(int multipliers) {
        return new Requantization(Ints.of(new int[multipliers]), 0, 0, 0, 0, 15);
    }

    @Test
    void shouldRefuseWeightsThatDoNotFitTheTensors() {
        refused("2 channels of weights of convolution", IN, OUT, convolution(0, 1, 2, 1, 2, four(2)));
        refused("2 weights a channel of convolution", IN, OUT, convolution(0, 1, 3, 2, 2, four(2)));
        refused("2 biases of convolution", IN, OUT, convolution(0, 1, 2, 2, 3, four(2)));
        refused("2 multipliers of convolution", IN, OUT, convolution(0, 1, 2, 2, 2, four(3)));
        refused("1 weights a channel of depthwise", IN, OUT, depthwise(4, 2));
        Tensor three = tensor("out", new TensorShape(4, 4, 3));
        refused("layer depthwise to have a multiple of its input's channels", IN, three, depthwise(3, 3));
        Tensor four = tensor("out", new TensorShape(4, 4, 4));
        assertEquals(four, network(IN, four, depthwise(4, 4)).outputTensor());
        refused("an int32 output of the raw layer", IN, OUT, convolution(0, 1, 2, 2, 2, Requantization.RAW));
    }

    private static RescaleLayer rescale(int rightShift, int low, int high) {
        return new RescaleLayer("rescale", 0, 1, 1, 0, rightShift, low, high);
    }

    private static AddLayer add(int second, int firstMultiplier, int secondMultiplier, int rightShift, int high) {
        return new AddLayer("add", 0, second, 1, firstMultiplier, secondMultiplier, 0, rightShift, 0, high);
    }

    @ParameterizedTest
    @CsvSource({"-1, 15", "0, 16", "9, 8"})
    void shouldRefuseClampsBeyondTheOutputsBits(int low, int high) {
        String reason = "clamps of ";
        refused(reason + "rescale", IN, OUT, rescale(0, low, high));
        refused(reason + "max", IN, OUT, new MaxPoolLayer("max", 0, 1, ONE, low, high));
        refused(reason + "average", IN, OUT, new AveragePoolLayer("average", 0, 1, ONE, 0, low, high));
    }

    @Test
    void shouldHoldClampsOfSumsToTheOutputsBits() {
        refused("clamps of add", IN, OUT, add(0, 0, 0, 0, 16));
        Requantization five = new Requantization(Ints.of(1, 1), 0, 0, 0, 0, 16);
        refused("clamps of convolution", IN, OUT, convolution(0, 1, 2, 2, 2, five));
        assertEquals(OUT, network(IN, OUT, rescale(0, 15, 15)).outputTensor());
        int most = Integer.MAX_VALUE;
        assertTrue(network(IN, int32("out", SHAPE), new RescaleLayer("r", 0, 1, 1, 0, 0, -5, most))
                .outputTensor()
                .isInt32());
    }

    @Test
    void shouldRefuseShiftsOfSumsBeyond24() {
        assertEquals(OUT, network(IN, OUT, rescale(24, 0, 15)).outputTensor());
        assertEquals(OUT, network(IN, OUT, add(0, 0, 0, 24, 15)).outputTensor());
        refused("a right shift from 0 to 24 of rescale", IN, OUT, rescale(25, 0, 15));
        refused("a right shift from 0 to 24 of rescale", IN, OUT, rescale(-1, 0, 15));
        refused("a right shift from 0 to 24 of add", IN, OUT, add(0, 1, 1, 25, 15));
    }

    @Test
    void shouldRefuseSumsOfDifferentShapesOrWithNegativeParts() {
        refused("multipliers of at least 0", IN, OUT, add(0, -1, 0, 0, 15));
        refused("multipliers of at least 0", IN, OUT, add(0, 0, -1, 0, 15));
        Tensor flat = tensor("flat", TensorShape.vector(32));
        Layer sum = new AddLayer("add", 0, 1, 2, 1, 1, 0, 0, 0, 15);
        refused("shape 1x1x32 at layer add", List.of(IN, flat, OUT), reshape("flatten", 0, 1), sum);
    }

    @ParameterizedTest
    @CsvSource({"8, 3, 0.5", "4, 2, 0.5", "4, 3, 0.25"})
    void shouldRefuseAnotherQuantizationWhereCodesStayAsTheyAre(int bits, int zeroPoint, double scale) {
        Tensor other = new Tensor("out", SHAPE, bits, zeroPoint, scale);
        refused("layer a to keep bits", IN, other, reshape("a", 0, 1));
        refused("layer pad to keep bits", IN, other, new PadLayer("pad", 0, 1, 0, 0, 0, 0));
        refused("layer max to keep bits", IN, other, new MaxPoolLayer("max", 0, 1, ONE, 0, 15));
    }

    @Test
    void shouldRefuseToReshapeIntoMoreOrFewer() {
        refused("a to keep its elements", IN, tensor("out", TensorShape.vector(33)), reshape("a", 0, 1));
    }

    @Test
    void shouldLimitPadding() {
        Tensor wide = tensor("out", new TensorShape(4, 4 + (1 << 14), 2));
        assertEquals(
                wide,
                network(IN, wide, new PadLayer("p", 0, 1, 0, 0, 0, 1 << 14)).outputTensor());
        Tensor wider = tensor("out", new TensorShape(4, 5 + (1 << 14), 2));
        refused("padding of p from 0 to 16384", IN, wider, new PadLayer("p", 0, 1, 0, 0, 0, (1 << 14) + 1));
        for (int side = 0; side < 4; side++) {
            int[] sides = new int[4];
            sides[side] = -1;
            Layer pad = new PadLayer("p", 0, 1, sides[0], sides[1], sides[2], sides[3]);
            refused("padding of p from 0 to 16384", IN, tensor("out", new TensorShape(3, 4, 2)), pad);
        }
        Tensor framed = tensor("out", new TensorShape(4 + 1 + 2, 4 + 3 + 4, 2));
        assertEquals(
                framed, network(IN, framed, new PadLayer("p", 0, 1, 1, 2, 3, 4)).outputTensor());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void shouldRefuseAThresholdOfTiesThatNoCodeHas(int threshold) {
        String reason = "a tie threshold up to 255 of average";
        refused(reason, IN, OUT, new AveragePoolLayer("average", 0, 1, ONE, threshold, 0, 15));
        assertEquals(
                OUT,
                network(IN, OUT, new AveragePoolLayer("a", 0, 1, ONE, 255, 0, 15))
                        .outputTensor());
    }

    /** On either axis and at either end. */
    @Test
    void shouldRefusePoolingWindowsThatLieInThePadding() {
        int[][] ends = {{2, 1, 0, 0}, {1, 2, 0, 0}, {0, 0, 2, 1}, {0, 0, 1, 2}};
        for (int[] pads : ends) {
            boolean isVertical = pads[0] > 0;
            Window window =
                    new Window(isVertical ? 2 : 1, isVertical ? 1 : 2, 1, 1, 1, 1, pads[0], pads[1], pads[2], pads[3]);
            refused("padding of pooling max smaller than its kernel", IN, pooled(IN, window), max(window));
            Window within =
                    new Window(isVertical ? 3 : 1, isVertical ? 1 : 3, 1, 1, 1, 1, pads[0], pads[1], pads[2], pads[3]);
            assertEquals(
                    1, network(IN, pooled(IN, within), max(within)).layers().size());
        }
    }

    /** Taps at −1 and 1: of a row of one code neither is inside, of a row of two the second is. */
    @Test
    void shouldRefusePoolingWindowsWithEveryTapOutside() {
        Window tall = new Window(2, 1, 1, 1, 2, 1, 1, 1, 0, 0);
        Window wide = new Window(1, 2, 1, 1, 1, 2, 0, 0, 1, 1);
        Tensor one = tensor("in", TensorShape.vector(1));
        refused("every window of pooling max to meet its input", one, pooled(one, tall), max(tall));
        refused("every window of pooling max to meet its input", one, pooled(one, wide), max(wide));
        Tensor column = tensor("in", new TensorShape(2, 1, 1));
        assertEquals(
                1, network(column, pooled(column, tall), max(tall)).layers().size());
        Tensor row = tensor("in", new TensorShape(1, 2, 1));
        assertEquals(1, network(row, pooled(row, wide), max(wide)).layers().size());
        // The second window, 3 below the first at −4, reads −1 and 3 of a column of one.
        Window second = new Window(2, 1, 3, 1, 4, 1, 4, 4, 0, 0);
        refused("every window of pooling max to meet its input", one, pooled(one, second), max(second));
    }

    private static MaxPoolLayer max(Window window) {
        return new MaxPoolLayer("max", 0, 1, window, 0, 15);
    }

    private static Tensor pooled(Tensor in, Window window) {
        return tensor("out", window.outputShape(in.shape(), in.shape().channels()));
    }

    private static SoftmaxLayer softmax(int... exponentials) {
        return new SoftmaxLayer("softmax", 0, 1, Ints.of(exponentials));
    }

    /** For 2 bits. */
    private static int[] exponentials(int first, int rest) {
        int[] exponentials = new int[4];
        Arrays.fill(exponentials, rest);
        exponentials[0] = first;
        return exponentials;
    }

    @Test
    void shouldRefuseSoftmaxThatInt32DoesNotHoldOrThatIsNone() {
        int one = 1 << 20;
        Tensor in = new Tensor("in", TensorShape.vector(2047), 2, 0, 1);
        Tensor out = new Tensor("out", TensorShape.vector(2047), 8, 0, 1.0 / 256);
        assertEquals(out, network(in, out, softmax(exponentials(one, one))).outputTensor());
        assertEquals(out, network(in, out, softmax(exponentials(one, 0))).outputTensor());
        refused("exponentials of softmax from 0 to 2^20", in, out, softmax(exponentials(one, one + 1)));
        refused("exponentials of softmax from 0 to 2^20", in, out, softmax(exponentials(one, -1)));
        refused("exponentials of softmax from 0 to 2^20", in, out, softmax(exponentials(one - 1, 0)));
        refused("4 exponentials of softmax", in, out, softmax(one, 1, 1));
        refused(
                "8 bits and zero point 0 out of softmax",
                in,
                new Tensor("out", TensorShape.vector(2047), 8, 1, 1),
                softmax(exponentials(one, 0)));
        refused(
                "8 bits and zero point 0 out of softmax",
                in,
                new Tensor("out", TensorShape.vector(2047), 4, 0, 1),
                softmax(exponentials(one, 0)));
        TensorShape more = TensorShape.vector(2048);
        refused(
                "at most 2047 channels into softmax",
                new Tensor("in", more, 2, 0, 1),
                new Tensor("out", more, 8, 0, 1),
                softmax(exponentials(one, 0)));
    }

    /** Each by the scale and zero point of its own tensor. */
    @Test
    void shouldTellWhatEachOfSeveralOutputsStandsFor() {
        List<Tensor> tensors = List.of(
                new Tensor("x", TensorShape.vector(2), 8, 3, 0.5),
                new Tensor("flat", TensorShape.vector(2), 8, 3, 0.5),
                new Tensor("wide", TensorShape.vector(2), 8, 100, 2));
        IntegerNetwork network = new IntegerNetwork(
                "two",
                tensors,
                List.of(new ReshapeLayer("reshape", 0, 1), new RescaleLayer("rescale", 1, 2, 1, 0, 0, 0, 255)),
                List.of(0),
                List.of(1, 2));
        assertArrayEquals(new double[] {-1.5, 1, -200, 10}, network.reals(new int[] {0, 5, 0, 105}));
    }
}
