// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A network with a residual, a depthwise layer and normalization; what counts is what the integer network answers. */
class QuantizerTest {
    private static final long SEED = 7;
    private static final TensorShape INPUT = SmallNetwork.INPUT;
    private static final int IMAGES = 48;
    private final Random random = new Random(SEED);
    private final SmallNetwork small = new SmallNetwork(random);
    private final Graph graph = Logits.of(small.network());
    private final SmoothImages images = new SmoothImages(random, IMAGES);

    @Test
    void shouldKeepTheLogitsAtEightBitsInEveryVariant() {
        for (QuantizationVariant variant : QuantizationVariant.values()) {
            double decibels = decibels(quantize(8, 8, QuantizeOptions.DEFAULT.withVariant(variant)));
            assertTrue(decibels > 28, variant + ": " + decibels + " dB");
        }
    }

    @Test
    void shouldLoseLessByReconstructionThanByRoundingEachWeight() {
        QuantizeOptions nearest = QuantizeOptions.DEFAULT.withRounding(WeightRounding.NEAREST);
        double reconstructed = decibels(quantize(4, 8, QuantizeOptions.DEFAULT));
        double rounded = decibels(quantize(4, 8, nearest));
        double uncorrected = decibels(quantize(4, 8, nearest.withBiasCorrection(false)));
        String all = reconstructed + ", " + rounded + ", " + uncorrected + " dB";
        assertTrue(reconstructed > rounded && rounded > uncorrected + 3, all);
    }

    @Test
    void shouldLowerAtEveryMixOfBits() {
        // What can be lowered hangs on the bits; how good it is, the other tests say.
        SmoothImages few = new SmoothImages(random, 6);
        for (int weightBits : new int[] {8, 4, 2}) {
            for (int activationBits : new int[] {8, 4, 2}) {
                for (QuantizationVariant variant : QuantizationVariant.values()) {
                    QuantizationResult result = quantize(
                            graph, few, weightBits, activationBits, QuantizeOptions.DEFAULT.withVariant(variant));
                    IntegerNetwork network = Lowering.lower(result.graph());
                    assertEquals(32, network.outputTensor().bits());
                    assertEquals(8, network.inputTensor().bits());
                    assertEquals(
                            activationBits, result.graph().activation("sum").bits());
                }
            }
        }
    }

    @Test
    void shouldGiveValuesAfterReluTheZeroPointZeroAndAnAverageAScaleOfItsOwn() {
        QuantizationResult result = quantize(8, 4, QuantizeOptions.DEFAULT);
        assertEquals(0, result.graph().activation("sum").zeroPoint());
        assertTrue(result.graph().activation("branch").zeroPoint() > 0);
        ActivationQuantization sum = result.graph().activation("sum");
        ActivationQuantization pooled = result.graph().activation("pooled");
        assertEquals(0, pooled.zeroPoint());
        assertEquals(sum.bits(), pooled.bits());
        assertTrue(pooled.scale() < 0.9 * sum.scale(), pooled + " of " + sum);
    }

    @Test
    void shouldKeepTheGridWhereAnAverageIsPaddedOrALargestValueIsTaken() {
        Window padded = Window.same(3, 3, 1, 1, 1, 1, INPUT);
        Graph pools = new Graph(
                "pools",
                "image",
                INPUT,
                List.of(
                        new Node("a", new Operator.AveragePool(padded, Activation.NONE), List.of("image"), "mean"),
                        new Node("m", new Operator.MaxPool(Window.of(2, 2), Activation.NONE), List.of("mean"), "most")),
                "most");
        QuantizationResult result = quantize(pools, images, 8, 8, QuantizeOptions.DEFAULT);
        ActivationQuantization image = result.graph().activation("image");
        assertEquals(image, result.graph().activation("mean"));
        assertEquals(image, result.graph().activation("most"));
    }

    /** From −0.01 to 1 where its input goes from −1 to 1. */
    @Test
    void shouldGiveTheResultOfAFunctionBitsAndAScaleOfItsOwn() {
        Operator leaky = new Operator.Elementwise(new ElementwiseFunction.LeakyRelu(0.01));
        Graph bent = new Graph("bent", "image", INPUT, List.of(new Node("l", leaky, List.of("image"), "bent")), "bent");
        QuantizationResult result = quantize(bent, images, 8, 4, QuantizeOptions.DEFAULT);
        ActivationQuantization own = result.graph().activation("bent");
        assertEquals(8, result.graph().activation("image").bits());
        assertEquals(4, own.bits());
        assertEquals(0, own.zeroPoint());
        assertEquals(1, own.scale() * 15, 0.1);
        IntegerNetwork network = Lowering.lower(result.graph());
        int[] codes = new int[INPUT.elements()];
        Arrays.fill(codes, 128 + 64);
        assertEquals(Math.round(0.5 / own.scale()), Oracle.of(network).runCodes(codes)[0]);
    }

    /** What is shared keeps a grid of its own and is requantized; of the whole's it would lose three bits. */
    @Test
    void shouldConcatenateOnTheGridOfTheWhole() {
        Graph fire = Canonical.of(new Graph(
                "fire",
                "image",
                INPUT,
                List.of(
                        new Node("squeeze", pointwise(0.1, 3, 4, Activation.RELU), List.of("image"), "squeezed"),
                        new Node("left", pointwise(1, 4, 6, Activation.RELU), List.of("squeezed"), "left"),
                        new Node("right", pointwise(1, 4, 5, Activation.NONE), List.of("squeezed"), "right"),
                        new Node(
                                "join", new Concatenation(Axis.CHANNEL), List.of("left", "right", "squeezed"), "whole"),
                        new Node("last", pointwise(0.3, 15, 4, Activation.NONE), List.of("whole"), "logits")),
                "logits"));
        for (int bits : new int[] {8, 4, 2}) {
            QuantizationResult result = quantize(fire, images, 8, bits, QuantizeOptions.DEFAULT);
            ActivationQuantization whole = result.graph().activation("whole");
            assertEquals(bits, whole.bits());
            for (String part : List.of("left", "right", "whole/part2")) {
                assertEquals(whole, result.graph().activation(part), part);
            }
            assertTrue(result.graph().activation("squeezed").scale() < whole.scale() / 2);
            Lowering.lower(result.graph());
        }
        double decibels = decibels(fire, quantize(fire, images, 8, 8, QuantizeOptions.DEFAULT));
        assertTrue(decibels > 30, decibels + " dB");
    }

    /** The gate's bits are its own; of 4 bits and less, where its product has 8, it costs few decibels. */
    @Test
    void shouldSqueezeAndExcite() {
        Graph gated = Canonical.of(new Graph(
                "gated",
                "image",
                INPUT,
                List.of(
                        new Node("stem", pointwise(0.5, 3, 8, Activation.RELU), List.of("image"), "stem"),
                        new Node("squeeze", new Operator.Mean(), List.of("stem"), "squeezed"),
                        new Node("reduce", pointwise(1, 8, 4, Activation.RELU), List.of("squeezed"), "reduced"),
                        new Node("excite", pointwise(2, 4, 8, Activation.NONE), List.of("reduced"), "excited"),
                        new Node(
                                "gate",
                                new Operator.Elementwise(ElementwiseFunction.Fixed.LOGISTIC),
                                List.of("excited"),
                                "gate"),
                        new Node("scale", new Multiply(Activation.NONE), List.of("stem", "gate"), "scaled"),
                        new Node("center", new Subtract(Activation.NONE), List.of("scaled", "squeezed"), "centered"),
                        new Node("last", pointwise(0.3, 8, 4, Activation.NONE), List.of("centered"), "logits")),
                "logits"));
        double eight = decibels(gated, quantize(gated, images, 8, 8, QuantizeOptions.DEFAULT));
        assertTrue(eight > 30, eight + " dB");
        Map<String, Integer> narrowGate = bits(8, gated.values());
        narrowGate.put("gate", 4);
        List<String> weighted = gated.weightedNodes().stream().map(Node::name).toList();
        QuantizationResult result = Quantizer.quantize(
                gated, images, narrowGate, bits(8, weighted), QuantizeOptions.DEFAULT, (step, done, total) -> {});
        double four = decibels(gated, result);
        assertEquals(4, result.graph().activation("gate").bits());
        assertTrue(four > 15 && four < eight, four + " and " + eight + " dB");
        Lowering.lower(quantize(gated, images, 4, 4, QuantizeOptions.DEFAULT).graph());
        Lowering.lower(quantize(gated, images, 2, 2, QuantizeOptions.DEFAULT).graph());
    }

    /** The result of a Prelu has bits and a scale of its own. */
    @Test
    void shouldQuantizeAPrelu() {
        Graph graph = Canonical.of(new Graph(
                "rectified",
                "image",
                INPUT,
                List.of(
                        new Node("stem", pointwise(0.5, 3, 8, Activation.NONE), List.of("image"), "stem"),
                        new Node("prelu", new Prelu(small.tensor(0.5, 8)), List.of("stem"), "rectified"),
                        new Node("last", pointwise(0.3, 8, 4, Activation.NONE), List.of("rectified"), "logits")),
                "logits"));
        double eight = decibels(graph, quantize(graph, images, 8, 8, QuantizeOptions.DEFAULT));
        assertTrue(eight > 30, eight + " dB");
        Map<String, Integer> narrow = bits(8, graph.values());
        narrow.put("rectified", 4);
        QuantizationResult result = Quantizer.quantize(
                graph,
                images,
                narrow,
                bits(8, List.of("stem", "last")),
                QuantizeOptions.DEFAULT,
                (step, done, total) -> {});
        assertEquals(4, result.graph().activation("rectified").bits());
        double four = decibels(graph, result);
        assertTrue(four > 10 && four < eight, four + " and " + eight + " dB");
    }

    private Operator pointwise(double deviation, int inputs, int outputs, Activation activation) {
        return new Operator.Convolution(
                Window.of(1, 1),
                small.tensor(deviation, outputs, 1, 1, inputs),
                small.tensor(0.1, outputs),
                Optional.empty(),
                activation);
    }

    @Test
    void shouldGiveTheSameResultTwice() {
        QuantizationResult first = quantize(4, 4, QuantizeOptions.DEFAULT);
        QuantizationResult second = quantize(4, 4, QuantizeOptions.DEFAULT);
        assertEquals(first.graph().weights(), second.graph().weights());
        assertEquals(first.graph().activations(), second.graph().activations());
        assertEquals(first.layers(), second.layers());
    }

    /** A head in the middle, of codes as others read it, and logits at the end; each keeps its name. */
    @Test
    void shouldQuantizeEachOfSeveralOutputs() {
        Graph whole = small.network();
        Graph two = Logits.of(Canonical.of(
                new Graph(whole.name(), whole.input(), INPUT, whole.nodes(), List.of("probabilities", "sum"))));
        assertEquals(List.of("probabilities", "sum"), two.outputs());
        assertTrue(two.nodes().stream().noneMatch(node -> node.operator() instanceof Operator.Softmax));
        assertTrue(Logits.isInt32(two, "probabilities"));
        assertFalse(Logits.isInt32(two, "sum"));
        QuantizationResult result = quantize(two, images, 8, 8, QuantizeOptions.DEFAULT);
        IntegerNetwork network = Lowering.lower(result.graph());
        assertEquals(
                List.of(32, 8),
                network.outputTensors().stream().map(Tensor::bits).toList());
        for (int output = 0; output < 2; output++) {
            double decibels = decibels(two, result, output);
            assertTrue(decibels > 28, two.outputs().get(output) + ": " + decibels + " dB");
        }
    }

    /** Each input gets the grid of its own data; the second's are ten times the first's, and are real numbers. */
    @Test
    void shouldQuantizeEachOfSeveralInputs() {
        Map<String, TensorShape> inputs = new LinkedHashMap<>();
        inputs.put("image", INPUT);
        inputs.put("pixel", TensorShape.vector(3));
        Graph graph = Canonical.of(new Graph(
                "two",
                inputs,
                List.of(
                        new Node("stem", pointwise(0.5, 3, 8, Activation.RELU), List.of("image"), "stem"),
                        new Node("gate", pointwise(0.5, 3, 8, Activation.NONE), List.of("pixel"), "gate"),
                        new Node("scale", new Multiply(Activation.NONE), List.of("stem", "gate"), "scaled"),
                        new Node("last", pointwise(0.3, 8, 4, Activation.NONE), List.of("scaled"), "logits")),
                List.of("logits")));
        CalibrationData both = new CalibrationData() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public float[] image(int index) {
                float[] all = Arrays.copyOf(images.image(index), INPUT.elements() + 3);
                for (int channel = 0; channel < 3; channel++) {
                    all[INPUT.elements() + channel] = 10 * all[channel];
                }
                return all;
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                return input == 0 ? images.stored(0) : Optional.empty();
            }
        };
        QuantizationResult result = Quantizer.quantize(
                graph,
                both,
                bits(8, graph.values()),
                bits(8, List.of("stem", "gate", "last")),
                QuantizeOptions.DEFAULT,
                (step, done, total) -> {});
        IntegerNetwork network = Lowering.lower(result.graph());
        assertEquals(1.0 / 128, network.inputTensors().get(0).scale());
        assertEquals(20.0 / 255, network.inputTensors().get(1).scale(), 0.02);
        Oracle oracle = Oracle.of(network);
        double signal = 0;
        double noise = 0;
        for (int index = 0; index < both.size(); index++) {
            float[] image = both.image(index);
            int[] codes = new int[image.length];
            int read = 0;
            for (Tensor input : network.inputTensors()) {
                for (int end = read + input.shape().elements(); read < end; read++) {
                    double steps = Math.rint(image[read] / input.scale()) + input.zeroPoint();
                    codes[read] = (int) Math.max(0, Math.min(255, steps));
                }
            }
            double[] actual = network.reals(oracle.runCodes(codes));
            Map<String, Batch> batch = Map.of(
                    "image", new Batch(INPUT, 1, Arrays.copyOf(image, INPUT.elements())),
                    "pixel",
                            new Batch(
                                    TensorShape.vector(3),
                                    1,
                                    Arrays.copyOfRange(image, INPUT.elements(), image.length)));
            float[] exact =
                    new FloatExecutor(graph).run(batch, (name, values) -> {}).values();
            for (int i = 0; i < exact.length; i++) {
                signal += exact[i] * exact[i];
                noise += (exact[i] - actual[i]) * (exact[i] - actual[i]);
            }
        }
        double decibels = 10 * Math.log10(signal / noise);
        assertTrue(decibels > 30, decibels + " dB");
    }

    @Test
    void shouldQuantizeASoftmaxThatIsThere() {
        QuantizationResult result = quantize(small.network(), images, 8, 8, QuantizeOptions.DEFAULT);
        assertEquals("probabilities", result.graph().graph().output());
        assertEquals(
                new ActivationQuantization(8, 1.0 / 256, 0, Rounding.HALF_UP),
                result.graph().activation("probabilities"));
        assertEquals(8, Lowering.lower(result.graph()).outputTensor().bits());
    }

    @Test
    void shouldFoldTheNormalizationAsTheVariantSays() {
        for (QuantizationVariant variant : QuantizationVariant.values()) {
            for (int weightBits : new int[] {8, 4}) {
                QuantizationResult result = quantize(weightBits, 8, QuantizeOptions.DEFAULT.withVariant(variant));
                Operator.Weighted first = (Operator.Weighted)
                        result.graph().graph().nodes().get(0).operator();
                assertEquals(
                        variant.isFolded(weightBits, 8), first.normalization().isEmpty(), variant + " " + weightBits);
            }
        }
    }

    @Test
    void shouldSayWhichBitsAreMissing() {
        QuantizationException missing = assertThrows(
                QuantizationException.class,
                () -> Quantizer.quantize(
                        graph,
                        images,
                        bits(8, graph.values()),
                        Map.of("first", 8),
                        QuantizeOptions.DEFAULT,
                        (step, done, total) -> {}));
        assertEquals("expected 8, 4 or 2 bits for spatial, got null", missing.getMessage());
    }

    private QuantizationResult quantize(int weightBits, int activationBits, QuantizeOptions options) {
        return quantize(graph, images, weightBits, activationBits, options);
    }

    private static QuantizationResult quantize(
            Graph graph, SmoothImages images, int weightBits, int activationBits, QuantizeOptions options) {
        List<String> names = graph.weightedNodes().stream().map(Node::name).toList();
        return Quantizer.quantize(
                graph,
                images,
                bits(activationBits, graph.values()),
                bits(weightBits, names),
                options,
                (step, done, total) -> {});
    }

    private static Map<String, Integer> bits(int bits, Iterable<String> names) {
        Map<String, Integer> all = new TreeMap<>();
        names.forEach(name -> all.put(name, bits));
        return all;
    }

    /** Signal to noise of the integer network's logits against the float network's, on images not calibrated with. */
    private double decibels(QuantizationResult result) {
        return decibels(graph, result);
    }

    private static double decibels(Graph graph, QuantizationResult result) {
        return decibels(graph, result, 0);
    }

    /** Of one of the outputs. */
    private static double decibels(Graph graph, QuantizationResult result, int judged) {
        IntegerNetwork network = Lowering.lower(result.graph());
        Oracle oracle = Oracle.of(network);
        SmoothImages others = new SmoothImages(new Random(SEED + 1), IMAGES);
        String name = graph.outputs().get(judged);
        Tensor tensor = network.outputTensors().get(judged);
        int skipped = network.outputTensors().subList(0, judged).stream()
                .mapToInt(before -> before.shape().elements())
                .sum();
        double signal = 0;
        double noise = 0;
        for (int index = 0; index < IMAGES; index++) {
            float[] image = others.image(index);
            float[][] exact = new float[1][];
            new FloatExecutor(graph).run(new Batch(INPUT, 1, image), (value, batch) -> {
                exact[0] = value.equals(name) ? batch.values() : exact[0];
            });
            int[] codes = new int[image.length];
            for (int element = 0; element < codes.length; element++) {
                codes[element] = Math.round(image[element] * 128 + 128);
            }
            int[] answer = oracle.runCodes(codes);
            for (int output = 0; output < exact[0].length; output++) {
                double real = (answer[skipped + output] - tensor.zeroPoint()) * tensor.scale();
                double difference = real - exact[0][output];
                signal += exact[0][output] * exact[0][output];
                noise += difference * difference;
            }
        }
        return 10 * Math.log10(signal / noise);
    }
}
