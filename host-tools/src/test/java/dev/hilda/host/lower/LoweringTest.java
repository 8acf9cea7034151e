// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What has no integer network, and shifts and clamps where they are known by hand. */
class LoweringTest {
    private static final TensorShape SHAPE = new TensorShape(2, 2, 1);
    private static final ActivationQuantization EIGHT = quantization(8, 1, 0, Rounding.HALF_UP);
    private static final ActivationQuantization PROBABILITIES = quantization(8, 1.0 / 256, 0, Rounding.HALF_UP);

    private static ActivationQuantization quantization(int bits, double scale, int zeroPoint, Rounding rounding) {
        return new ActivationQuantization(bits, scale, zeroPoint, rounding);
    }

    private static Layer lower(
            Operator operator, TensorShape shape, ActivationQuantization in, ActivationQuantization out) {
        return lower(operator, shape, in, out, Map.of());
    }

    private static Layer lower(
            Operator operator,
            TensorShape shape,
            ActivationQuantization in,
            ActivationQuantization out,
            Map<String, WeightQuantization> weights) {
        Graph graph = new Graph("graph", "x", shape, List.of(new Node("node", operator, List.of("x"), "y")), "y");
        return Lowering.lower(new QuantizedGraph(graph, Map.of("x", in, "y", out), weights))
                .layers()
                .get(0);
    }

    private static void refused(String reason, Supplier<Layer> lowering) {
        String message = String.valueOf(
                assertThrows(LoweringException.class, lowering::get).getMessage());
        assertTrue(message.startsWith(reason), message);
    }

    @Test
    void shouldRefuseOperatorsThatCanonicalGraphsDoNotHave() {
        String reason = " is not an operator of a canonical graph";
        FloatTensor one = FloatTensor.vector(1);
        refused("layer node: Mean" + reason, () -> lower(new Operator.Mean(), SHAPE, EIGHT, EIGHT));
        refused(
                "layer node: Activate" + reason,
                () -> lower(new Operator.Activate(Activation.RELU), SHAPE, EIGHT, EIGHT));
        refused(
                "layer node: BatchNorm" + reason,
                () -> lower(new Operator.BatchNorm(new ChannelNormalization(one, one)), SHAPE, EIGHT, EIGHT));
        Operator dense = new Operator.FullyConnected(
                new FloatTensor(List.of(1, 4), new float[4]), one, Optional.empty(), Activation.NONE);
        refused(
                "layer node: FullyConnected" + reason,
                () -> lower(dense, SHAPE, EIGHT, EIGHT, Map.of("node", weights(0, 1, 0, 4))));
    }

    @Test
    void shouldRefuseToReadInt32() {
        ActivationQuantization wide = quantization(32, 1, 0, Rounding.HALF_UP);
        refused(
                "layer node: expected input x of 8, 4 or 2 bits, got 32",
                () -> lower(new Operator.Requantize(), SHAPE, wide, EIGHT));
    }

    @ParameterizedTest
    @CsvSource({"4, 1, 0", "8, 2, 0", "8, 1, 1"})
    void shouldRefuseAnotherQuantizationBehindWhatKeepsIt(int bits, double scale, int zeroPoint) {
        ActivationQuantization other = quantization(bits, scale, zeroPoint, Rounding.HALF_UP);
        Window window = Window.of(1, 1);
        for (Operator operator : List.of(
                new Operator.MaxPool(window, Activation.NONE),
                new Operator.Pad(0, 0, 0, 0),
                new Operator.Reshape(TensorShape.vector(4)))) {
            refused(
                    "layer node: expected input and output of one quantization",
                    () -> lower(operator, SHAPE, EIGHT, other));
        }
    }

    @Test
    void shouldSayWhatTheNetworkRefuses() {
        Window beyond = new Window(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        refused(
                "graph graph has no integer network: expected padding of pooling node smaller than its kernel",
                () -> lower(new Operator.MaxPool(beyond, Activation.NONE), SHAPE, EIGHT, EIGHT));
    }

    @ParameterizedTest
    @CsvSource({"HALF_UP, 0", "FLOOR, 0", "HALF_AWAY_FROM_INT8_ZERO, 128"})
    void shouldRoundTiesOfAveragesAsTheTensorAsks(Rounding rounding, int threshold) {
        Operator average = new Operator.AveragePool(Window.of(2, 2), Activation.NONE);
        AveragePoolLayer layer = (AveragePoolLayer) lower(average, SHAPE, EIGHT, quantization(8, 1, 0, rounding));
        assertEquals(threshold, layer.tieThreshold());
    }

    @Test
    void shouldRefuseSoftmaxThatIsNone() {
        String output = "layer node: softmax answers with 8 bits, scale 1/256 and zero point 0";
        TensorShape most = TensorShape.vector(2047);
        Operator softmax = new Operator.Softmax(1);
        assertEquals("node", lower(softmax, most, EIGHT, PROBABILITIES).name());
        refused(output, () -> lower(softmax, most, EIGHT, quantization(4, 1.0 / 256, 0, Rounding.HALF_UP)));
        refused(output, () -> lower(softmax, most, EIGHT, quantization(8, 1.0 / 256, 1, Rounding.HALF_UP)));
        refused(output, () -> lower(softmax, most, EIGHT, quantization(8, 1.0 / 255, 0, Rounding.HALF_UP)));
        refused(
                "layer node: softmax takes at most 2047 channels, got 2048",
                () -> lower(softmax, TensorShape.vector(2048), EIGHT, PROBABILITIES));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.POSITIVE_INFINITY})
    void shouldRefuseASoftmaxWithoutAPositiveBeta(double beta) {
        refused(
                "layer node: expected a positive beta of softmax, got " + beta,
                () -> lower(new Operator.Softmax(beta), SHAPE, EIGHT, PROBABILITIES));
    }

    /** Weights of one channel, all of one code. */
    private static WeightQuantization weights(int code, double scale, int bias, int count) {
        byte[] codes = new byte[count];
        Arrays.fill(codes, (byte) code);
        return new WeightQuantization(new WeightCodes(8, codes, new int[1]), new double[] {scale}, Ints.of(bias));
    }

    /** One weight of a code, that many output steps for each step of the sum. */
    private static ConvolutionLayer convolution(double multiplier, int code, int bias, ActivationQuantization out) {
        return convolution(multiplier, code, bias, out, Activation.NONE, Optional.empty());
    }

    private static ConvolutionLayer convolution(
            double multiplier,
            int code,
            int bias,
            ActivationQuantization out,
            Activation activation,
            Optional<ChannelNormalization> normalization) {
        Map<String, WeightQuantization> weights = Map.of("node", weights(code, multiplier * out.scale(), bias, 1));
        return (ConvolutionLayer) lower(pointwise(1, activation, normalization), SHAPE, EIGHT, out, weights);
    }

    private static Operator pointwise(
            int channels, Activation activation, Optional<ChannelNormalization> normalization) {
        return new Operator.Convolution(
                Window.of(1, 1),
                new FloatTensor(List.of(channels, 1, 1, 1), new float[channels]),
                FloatTensor.vector(new float[channels]),
                normalization,
                activation);
    }

    /** Of 2^30 and zero point 1 half a step is left for rounding; 255 · 2^23 and half a step just fit. */
    @ParameterizedTest
    @CsvSource({"0, 30", "1, 30", "2, 29", "255, 23"})
    void shouldKeepAsManyBitsBehindThePointAsInt32Holds(int zeroPoint, int rightShift) {
        Requantization requantization = convolution(0x1p-40, 1, 0, quantization(8, 1, zeroPoint, Rounding.HALF_UP))
                .requantization();
        assertEquals(0, requantization.leftShift());
        assertEquals(rightShift, requantization.rightShift());
        assertEquals((zeroPoint << rightShift) + (1 << (rightShift - 1)), requantization.addend());
    }

    /** 1 is 2^30 in units of 2^−30: the left shift by 3 leaves 28 bits, and one behind the point. */
    @Test
    void shouldRefuseSumsThatTheLeftShiftTakesOutOfInt32() {
        int most = Integer.MAX_VALUE >> 3;
        Requantization requantization = convolution(1, 0, most, EIGHT).requantization();
        assertEquals(3, requantization.leftShift());
        assertEquals(1, requantization.rightShift());
        refused(
                "layer node: channel 0 may accumulate " + (most + 1) + " (bias " + (most + 1)
                        + " included), of which a left shift by 3 leaves room for " + most + " in int32",
                () -> convolution(1, 0, most + 1, EIGHT));
        refused("layer node: channel 0 may accumulate", () -> convolution(1, 0, -most - 1, EIGHT));
        refused("layer node: channel 0 may accumulate", () -> convolution(1, 1, most - 254, EIGHT));
        assertEquals(3, convolution(1, 1, most - 255, EIGHT).requantization().leftShift());
        ActivationQuantization high = quantization(8, 1, 200, Rounding.HALF_UP);
        Operator operator = pointwise(1, Activation.NONE, Optional.empty());
        assertEquals(
                "node",
                lower(operator, SHAPE, high, EIGHT, Map.of("node", weights(1, 1, most - 200, 1)))
                        .name(),
                "inputs lie from −200 to 55");
    }

    /** Half a step and a zero point of 1 leave 2^29 − 1, which a quarter of the largest sum and 1 just reach. */
    @Test
    void shouldShiftByOneLessWhereTheLargestSumNeedsIt() {
        ActivationQuantization one = quantization(8, 1, 1, Rounding.HALF_UP);
        assertEquals(
                30,
                convolution(0x1p-32, 0, Integer.MAX_VALUE - 4, one)
                        .requantization()
                        .rightShift());
        assertEquals(
                29,
                convolution(0x1p-32, 0, Integer.MAX_VALUE - 3, one)
                        .requantization()
                        .rightShift());
    }

    @Test
    void shouldRefuseMultipliersThatNoShiftHolds() {
        assertEquals(30, convolution(0x1p27, 0, 1, EIGHT).requantization().leftShift());
        refused(
                "layer node: its largest multiplier 2.68435456E8 is out of range",
                () -> convolution(0x1p28, 0, 1, EIGHT));
        refused(
                "layer node: the multiplier of channel 0 is not finite",
                () -> convolution(1e300, 0, 1, EIGHT, Activation.NONE, normalization(1e30f, 0)));
    }

    @Test
    void shouldRoundTheLargestMultiplierToWhatAWordHolds() {
        double justBelowOne = 1 - 0x1p-40;
        Requantization requantization = convolution(justBelowOne, 1, 0, EIGHT).requantization();
        assertEquals(1 << 30, requantization.multipliers().get(0));
        assertEquals(3, requantization.leftShift());
        assertEquals(2, convolution(1 - 0x1p-20, 1, 0, EIGHT).requantization().leftShift());
        Requantization most =
                convolution(Integer.MAX_VALUE * 0x1p-33, 1, 0, EIGHT).requantization();
        assertEquals(Integer.MAX_VALUE, most.multipliers().get(0));
        assertEquals(0, most.leftShift());
    }

    @Test
    void shouldLeaveSumsAsTheyAreWhereTheyAreTheLogits() {
        ActivationQuantization logits = quantization(32, 1, 0, Rounding.HALF_UP);
        assertTrue(convolution(1, 1, 5, logits).requantization().isRaw());
        assertTrue(convolution(1, 1, Integer.MAX_VALUE - 255, logits)
                .requantization()
                .isRaw());
        refused("layer node: channel 0 may accumulate", () -> convolution(1, 1, Integer.MAX_VALUE - 254, logits));
        assertTrue(convolution(1 + 0x1p-29, 1, 5, logits).requantization().isRaw());
        assertFalse(convolution(1 + 0x1p-28, 1, 5, logits).requantization().isRaw());
        assertFalse(
                convolution(1 + 0x1p-29, 1, 512 - 255, logits).requantization().isRaw(), "2^-20 of a step");
        Requantization clamped =
                convolution(1, 1, 5, logits, Activation.RELU, Optional.empty()).requantization();
        assertFalse(clamped.isRaw());
        assertEquals(0, clamped.low());
        assertFalse(convolution(1, 1, 5, EIGHT).requantization().isRaw());
    }

    private static Optional<ChannelNormalization> normalization(float gain, float offset) {
        return Optional.of(new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(offset)));
    }

    @Test
    void shouldRefuseAConstantThatInt32DoesNotHold() {
        ActivationQuantization logits = quantization(32, 1, 0, Rounding.HALF_UP);
        ConvolutionLayer fits = convolution(1, 1, 0, logits, Activation.NONE, normalization(0, 1 << 27));
        assertEquals(0, fits.weights().code(0), "its weights are the zero point");
        assertEquals(0, fits.requantization().leftShift());
        refused(
                "layer node: channel 0 with multiplier 0.0 and accumulators up to 0 overflows int32 in units of the"
                        + " output's scale 1.0",
                () -> convolution(1, 1, 0, logits, Activation.NONE, normalization(0, 1 << 28)));
    }

    /** The other channel's multiplier of 1 takes a left shift by 3, which leaves the constant 28 bits. */
    @Test
    void shouldRefuseAConstantThatAnotherChannelsShiftTakesOutOfInt32() {
        int most = Integer.MAX_VALUE >> 3;
        assertEquals(most - 15, besideAVaryingChannel(most - 15).bias().get(1));
        refused(
                "layer node: channel 1 with multiplier 0.0 and accumulators up to 0 overflows",
                () -> besideAVaryingChannel(most + 17));
    }

    private static ConvolutionLayer besideAVaryingChannel(int constant) {
        ChannelNormalization normalization =
                new ChannelNormalization(FloatTensor.vector(1, 0), FloatTensor.vector(0, constant));
        WeightQuantization weights = new WeightQuantization(
                new WeightCodes(8, new byte[] {1, 1}, new int[2]), new double[] {1, 1}, Ints.of(0, 0));
        return (ConvolutionLayer) lower(
                pointwise(2, Activation.NONE, Optional.of(normalization)),
                SHAPE,
                EIGHT,
                quantization(32, 1, 0, Rounding.HALF_UP),
                Map.of("node", weights));
    }

    /**
     * Of 255 products of 2^−12 steps each the sum moves by 1/16 of a step, and an offset below 2^19 steps fits beside them
     * in the bias. Where the sum moves the output, it stays, whatever the offset.
     */
    @Test
    void shouldTakeAChannelForConstantWhoseOffsetDoesNotFitBesideItsSmallSum() {
        ActivationQuantization logits = quantization(32, 1, 0, Rounding.HALF_UP);
        assertEquals(0, offset(0x1p-12, 1, 0, 0x1p20f, logits).weights().code(0));
        assertEquals(1, offset(0x1p-12, 1, 0, 0x1p18f, logits).weights().code(0));
        assertEquals(1, offset(0x1p-8, 1, 0, 0x1p24f, logits).weights().code(0));
        ActivationQuantization halves = quantization(32, 0.5, 0, Rounding.HALF_UP);
        assertEquals(0, offset(0x1p-12, 1, 0, 0x1p18f, halves).weights().code(0), "2^19 of its steps and the products");
        assertEquals(1, offset(0x1p-12, 1, 0, 0x1p17f, halves).weights().code(0), "2^18 of its steps");
    }

    /** With a multiplier of 1 a left shift of 4 is reckoned with: 2^27 fit, in bias as in code. */
    @Test
    void shouldTakeAConstantFromTheBiasWhereTheOffsetFitsIt() {
        ActivationQuantization logits = quantization(32, 1, 0, Rounding.HALF_UP);
        assertEquals(7 << 3, offset(1, 0, 7, 100_000_000, logits).bias().get(0));
        assertEquals(
                150_000_000 << 3, offset(1, 0, 7, 150_000_000, logits).bias().get(0));
    }

    private static ConvolutionLayer offset(
            double multiplier, int code, int bias, float offset, ActivationQuantization out) {
        return convolution(multiplier, code, bias, out, Activation.NONE, normalization(1, offset));
    }

    @Test
    void shouldReadWhatItsNodeReads() {
        Graph graph = new Graph(
                "graph",
                "x",
                SHAPE,
                List.of(
                        new Node("pad", new Operator.Pad(0, 0, 0, 0), List.of("x"), "p"),
                        new Node("pool", new Operator.MaxPool(Window.of(2, 2), Activation.NONE), List.of("p"), "y")),
                "y");
        List<Layer> layers = Lowering.lower(
                        new QuantizedGraph(graph, Map.of("x", EIGHT, "p", EIGHT, "y", EIGHT), Map.of()))
                .layers();
        assertEquals(List.of(0), layers.get(0).inputs());
        assertEquals(List.of(1), layers.get(1).inputs());
        assertEquals(2, layers.get(1).output());
    }

    @ParameterizedTest
    @CsvSource({
        "8, 0, NONE, 0, 255",
        "4, 3, NONE, 0, 15",
        "8, 7, RELU, 7, 255",
        "8, 7, RELU6, 7, 67",
        "4, 3, RELU6, 3, 15",
        "32, 0, NONE, -2147483648, 2147483647",
        "32, 0, RELU, 0, 2147483647"
    })
    void shouldClampToBitsAndActivation(int bits, int zeroPoint, Activation activation, int low, int high) {
        ActivationQuantization output = quantization(bits, 0.1, zeroPoint, Rounding.HALF_UP);
        assertEquals(new Clamps(low, high), Clamps.of(output, activation));
    }

    @Test
    void shouldFindTheCodeOfARealValue() {
        ActivationQuantization half = quantization(8, 0.5, 10, Rounding.HALF_UP);
        ActivationQuantization floor = quantization(8, 0.5, 10, Rounding.FLOOR);
        assertEquals(13, Clamps.code(1.25, half));
        assertEquals(12, Clamps.code(1.25, floor));
        assertEquals(8, Clamps.code(-1.25, half));
        assertEquals(7, Clamps.code(-1.25, floor));
        assertEquals(
                265, Clamps.code(6, quantization(8, 6 / 255.0 * (1 + 1e-12), 10, Rounding.FLOOR)), "within errors");
        Clamps clamps = new Clamps(3, 12);
        assertEquals(
                List.of(3, 3, 12, 12),
                List.of(clamps.clamp(-5), clamps.clamp(3), clamps.clamp(12), clamps.clamp(1L << 40)));
    }
}
