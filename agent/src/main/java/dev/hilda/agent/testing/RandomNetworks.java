// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Integer networks drawn at random, for comparing implementations of {@code INTEGER.md}: odd shapes, strides beyond the
 * kernel, dilation, uneven padding, zero points at both ends, multipliers of either sign, accumulators near the limits
 * of int32, thresholds beyond what accumulators reach, narrowed clamps. All satisfy the bounds that lowering proves. The same seed gives the same network on every
 * JDK.
 */
public final class RandomNetworks {
    private static final int[] CODE_BITS = {8, 4, 2};
    private static final int MAX_CHAIN = 6;

    /** Those with most variants more often. */
    private static final List<Operator> BY_ROWS = List.of(
            Operator.CONVOLUTION,
            Operator.CONVOLUTION,
            Operator.CONVOLUTION,
            Operator.DEPTHWISE,
            Operator.DEPTHWISE,
            Operator.DEPTHWISE,
            Operator.AVERAGE_POOL,
            Operator.MAX_POOL,
            Operator.MEAN,
            Operator.RESCALE,
            Operator.LOOKUP,
            Operator.SOFTMAX,
            Operator.PRELU,
            Operator.CONVOLUTION_THRESHOLDS,
            Operator.DEPTHWISE_THRESHOLDS);

    /** What a layer does. */
    public enum Operator {
        CONVOLUTION,
        FULLY_CONNECTED,
        DEPTHWISE,
        ADD,
        SUM,
        PRODUCT,
        CONCATENATION,
        GATHER,
        INTERPOLATE,
        RESCALE,
        LOOKUP,
        AVERAGE_POOL,
        MEAN,
        MAX_POOL,
        PAD,
        RESHAPE,
        SOFTMAX,
        PRELU,
        CONVOLUTION_THRESHOLDS,
        DEPTHWISE_THRESHOLDS
    }

    /**
     * Widths of a layer's numbers. Operators without weights ignore {@code weights}; those that keep their input's
     * quantization ignore {@code output}, and so does softmax.
     *
     * @param input 8, 4 or 2
     * @param weights 8, 4 or 2
     * @param output 8, 4, 2 or 32; 32 only out of convolution, fully connected and depthwise layers
     */
    public record Precision(int input, int weights, int output) {
        /** All 36 of layers with weights; the last quarter writes int32. */
        public static List<Precision> all() {
            List<Precision> all = new ArrayList<>();
            for (int output : new int[] {8, 4, 2, Tensor.INT32_BITS}) {
                for (int input : CODE_BITS) {
                    for (int weights : CODE_BITS) {
                        all.add(new Precision(input, weights, output));
                    }
                }
            }
            return List.copyOf(all);
        }

        /**
         * A third of all: every two widths, of input, weights or output, meet. Which third width they meet with depends
         * on the seed.
         */
        public static List<Precision> pairs(long seed) {
            List<Precision> all = all();
            int inputs = CODE_BITS.length;
            return IntStream.range(0, all.size())
                    .filter(i ->
                            Math.floorMod(i % inputs + i / inputs % inputs + i / (inputs * inputs) + seed, inputs) == 0)
                    .mapToObj(all::get)
                    .toList();
        }

        /** All 9 of layers without weights that scale. */
        public static List<Precision> ofCodes() {
            return all().stream()
                    .filter(precision -> precision.weights == 8 && precision.output != Tensor.INT32_BITS)
                    .toList();
        }

        @Override
        public String toString() {
            return "a" + input + "w" + weights + "o" + output;
        }
    }

    private RandomNetworks() {}

    /** A case of a sweep: every third is a chain of layers, the others go through the operators and precisions. */
    public static IntegerNetwork sample(long seed) {
        if (Math.floorMod(seed, 3L) == 2) {
            return chain(seed);
        }
        List<Precision> precisions = Precision.all();
        SplittableRandom random = new SplittableRandom(seed);
        // Four in five have weights: theirs are the kernels with most variants.
        Operator operator = random.nextInt(5) > 0
                ? Operator.values()[random.nextInt(3)]
                : Operator.values()[3 + random.nextInt(Operator.values().length - 3)];
        return layer(operator, precisions.get(random.nextInt(precisions.size())), random.nextLong());
    }

    /** A network of one layer; concatenations, sums and products often read what others before it make. */
    public static IntegerNetwork layer(Operator operator, Precision precision, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean vector = operator == Operator.FULLY_CONNECTED && random.nextInt(3) > 0;
        TensorShape shape = vector ? RandomShapes.vector(random) : RandomShapes.map(random);
        if (operator == Operator.MEAN && precision.input() > 2 && random.nextBoolean()) {
            shape = RandomShapes.largeSums(random, precision.input());
        }
        return layer(operator, shape, precision, random, seed);
    }

    /** One layer over a map of that shape. */
    public static IntegerNetwork layer(Operator operator, TensorShape shape, Precision precision, long seed) {
        return layer(operator, shape, precision, new SplittableRandom(seed), seed);
    }

    private static IntegerNetwork layer(
            Operator operator, TensorShape shape, Precision precision, SplittableRandom random, long seed) {
        RandomLayers layers = new RandomLayers(random, shape, precision.input());
        layers.append(operator, precision.weights(), precision.output());
        return layers.network(operator.name().toLowerCase(Locale.ROOT) + "_" + precision + "_" + seed);
    }

    /** A network of two to six layers; operators and precisions at random. */
    public static IntegerNetwork chain(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomLayers layers = new RandomLayers(random, RandomShapes.map(random), anyBits(random));
        int count = 2 + random.nextInt(MAX_CHAIN - 1);
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            int output = last && random.nextInt(3) == 0 ? Tensor.INT32_BITS : anyBits(random);
            Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
            layers.append(operator, anyBits(random), output);
        }
        return layers.network("chain_" + seed);
    }

    /** A chain of layers each of which reads but some rows of its input for a row of its output, from maps that are high. */
    public static IntegerNetwork rows(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomLayers layers = new RandomLayers(random, RandomShapes.high(random), anyBits(random));
        int count = 2 + random.nextInt(MAX_CHAIN - 1);
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            int output = last && random.nextInt(4) == 0 ? Tensor.INT32_BITS : anyBits(random);
            layers.append(BY_ROWS.get(random.nextInt(BY_ROWS.size())), anyBits(random), output);
        }
        return layers.network("rows_" + seed);
    }

    /** A chain that also answers with some of the tensors between its layers, in any order. */
    public static IntegerNetwork severalOutputs(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        IntegerNetwork chain = chain(random.nextLong());
        List<Integer> outputs = new ArrayList<>(chain.outputs());
        int further = 1 + random.nextInt(Math.min(3, chain.tensors().size() - 1));
        while (outputs.size() <= further) {
            int tensor = random.nextInt(chain.tensors().size());
            if (!outputs.contains(tensor)) {
                outputs.add(random.nextInt(outputs.size() + 1), tensor);
            }
        }
        return new IntegerNetwork("outputs_" + seed, chain.tensors(), chain.layers(), chain.inputs(), outputs);
    }

    /** One of several layers that gets some of the tensors between them as further inputs, in any order. */
    public static IntegerNetwork severalInputs(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        IntegerNetwork whole = severalLayers(random);
        int last = whole.layers().size() - 1;
        int fed = random.nextInt(last);
        List<Integer> inputs = new ArrayList<>(whole.inputs());
        List<Layer> layers = new ArrayList<>();
        for (int index = 0; index <= last; index++) {
            Layer layer = whole.layers().get(index);
            if (index == fed || (index < last && random.nextInt(3) == 0)) {
                inputs.add(random.nextInt(inputs.size() + 1), layer.output());
            } else {
                layers.add(layer);
            }
        }
        return new IntegerNetwork("inputs_" + seed, whole.tensors(), layers, inputs, whole.outputs());
    }

    private static IntegerNetwork severalLayers(SplittableRandom random) {
        List<Operator> joining = List.of(Operator.SUM, Operator.PRODUCT, Operator.CONCATENATION);
        while (true) {
            Operator operator = joining.get(random.nextInt(joining.size()));
            Precision precision = new Precision(anyBits(random), anyBits(random), anyBits(random));
            IntegerNetwork network =
                    random.nextInt(3) == 0 ? chain(random.nextLong()) : layer(operator, precision, random.nextLong());
            if (network.layers().size() > 1) {
                return network;
            }
        }
    }

    /**
     * Codes for all inputs, one after the other: of each mostly any, at times all the lowest, the highest, the zero point,
     * or only both extremes.
     */
    public static int[] inputCodes(IntegerNetwork network, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return network.inputTensors().stream()
                .flatMapToInt(input -> Arrays.stream(inputCodes(input, random)))
                .toArray();
    }

    private static int[] inputCodes(Tensor input, SplittableRandom random) {
        int highest = Bits.highestCode(input.bits());
        int[] codes = new int[input.shape().elements()];
        switch (random.nextInt(8)) {
            case 0 -> Arrays.fill(codes, 0);
            case 1 -> Arrays.fill(codes, highest);
            case 2 -> Arrays.fill(codes, input.zeroPoint());
            case 3 -> Arrays.setAll(codes, i -> random.nextBoolean() ? highest : 0);
            default -> Arrays.setAll(codes, i -> random.nextInt(highest + 1));
        }
        return codes;
    }

    /** {@link #inputCodes} as the board receives them. */
    public static byte[] packedInput(IntegerNetwork network, long seed) {
        return Packing.pack(network.inputTensors(), inputCodes(network, seed));
    }

    static int anyBits(SplittableRandom random) {
        return CODE_BITS[random.nextInt(CODE_BITS.length)];
    }
}
