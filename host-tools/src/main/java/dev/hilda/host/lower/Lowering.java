// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.Subtract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One layer for each node. Canonical graphs consist of Convolution, Depthwise, Add, Subtract, Multiply, Concatenation, Gather, Interpolate, Elementwise, AveragePool, MaxPool,
 * Pad, Reshape, Softmax, Prelu and Requantize nodes; Gather, Interpolate, Pad, Reshape and pooling keep the quantization of their input, but for averages whose
 * windows are not padded.
 */
public final class Lowering {
    private final QuantizedGraph quantized;
    private final Graph graph;
    private final Map<String, Integer> indices = new HashMap<>();

    private Lowering(QuantizedGraph quantized) {
        this.quantized = quantized;
        this.graph = quantized.graph();
    }

    /**
     * The integer network of a canonical graph. Its tensors stand in the order of {@link Graph#values()}.
     *
     * @throws LoweringException naming the layer, when a node is not canonical or int32 cannot be proved to hold every
     *     intermediate
     */
    public static IntegerNetwork lower(QuantizedGraph canonical) {
        return new Lowering(canonical).network();
    }

    private IntegerNetwork network() {
        List<Tensor> tensors = new ArrayList<>();
        for (String value : graph.values()) {
            ActivationQuantization quantization = quantized.activation(value);
            indices.put(value, tensors.size());
            tensors.add(new Tensor(
                    value, graph.shape(value), quantization.bits(), quantization.zeroPoint(), quantization.scale()));
        }
        List<Layer> layers = graph.nodes().stream().map(this::layer).toList();
        try {
            List<Integer> inputs = graph.inputs().stream().map(this::index).toList();
            List<Integer> outputs = graph.outputs().stream().map(this::index).toList();
            return new IntegerNetwork(graph.name(), tensors, layers, inputs, outputs);
        } catch (IllegalArgumentException e) {
            throw new LoweringException("graph " + graph.name() + " has no integer network: " + e.getMessage());
        }
    }

    private Layer layer(Node node) {
        Operator operator = node.operator();
        for (String read : node.inputs()) {
            int bits = quantized.activation(read).bits();
            LoweringException.require(
                    Bits.isCode(bits), node.name(), "expected input " + read + " of 8, 4 or 2 bits, got " + bits);
        }
        return operator.accept(new LayerOf(node));
    }

    /** The layer of a node, by its operator. */
    private final class LayerOf implements Operator.Visitor<Layer> {
        private final Node node;
        private final String name;

        LayerOf(Node node) {
            this.node = node;
            this.name = node.name();
        }

        @Override
        public Layer convolution(Operator.Convolution operator) {
            return weighted(operator);
        }

        @Override
        public Layer depthwise(Operator.Depthwise operator) {
            return weighted(operator);
        }

        private Layer weighted(Operator.Weighted operator) {
            return new WeightedLowering(name, operator, input(node), output(node), quantized.weights(node))
                    .layer(in(), out());
        }

        @Override
        public Layer add(Operator.Add operator) {
            boolean sameShapes = graph.shape(node.inputs().get(0))
                    .equals(graph.shape(node.inputs().get(1)));
            return sameShapes
                    ? WeightedSum.add(
                            name, indices(node), input(node), second(node), output(node), operator.activation())
                    : WeightedSum.broadcast(
                            name, indices(node), input(node), second(node), 1, output(node), operator.activation());
        }

        @Override
        public Layer subtract(Subtract operator) {
            return WeightedSum.broadcast(
                    name, indices(node), input(node), second(node), -1, output(node), operator.activation());
        }

        @Override
        public Layer multiply(Multiply operator) {
            return ProductLowering.layer(
                    name, indices(node), input(node), second(node), output(node), operator.activation());
        }

        @Override
        public Layer concatenation(Concatenation operator) {
            List<Integer> inputs =
                    node.inputs().stream().map(Lowering.this::index).toList();
            return new ConcatenationLayer(name, inputs, out(), operator.axis());
        }

        @Override
        public Layer gather(Gather operator) {
            requireSameQuantization(node);
            return new GatherLayer(name, in(), out(), operator.rows(), operator.columns(), operator.channels());
        }

        @Override
        public Layer interpolate(Interpolate operator) {
            requireSameQuantization(node);
            return new InterpolateLayer(
                    name, in(), out(), positions(operator.rows()), positions(operator.columns()), tieThreshold(node));
        }

        @Override
        public Layer requantize(Operator.Requantize operator) {
            return WeightedSum.rescale(name, indices(node), input(node), output(node));
        }

        @Override
        public Layer elementwise(Operator.Elementwise operator) {
            return LookupTable.layer(name, in(), out(), operator.function(), input(node), output(node));
        }

        @Override
        public Layer softmax(Operator.Softmax operator) {
            int channels = graph.shape(node.output()).channels();
            return SoftmaxTable.layer(name, indices(node), operator.beta(), channels, input(node), output(node));
        }

        @Override
        public Layer prelu(Prelu operator) {
            return PreluLowering.layer(name, in(), out(), operator, input(node), output(node));
        }

        @Override
        public Layer averagePool(Operator.AveragePool operator) {
            if (!hasSameQuantization(node)) {
                return MeanLowering.layer(name, in(), out(), operator, input(node), output(node));
            }
            Clamps clamps = Clamps.of(output(node), operator.activation());
            return new AveragePoolLayer(
                    name, in(), out(), operator.window(), tieThreshold(node), clamps.low(), clamps.high());
        }

        @Override
        public Layer maxPool(Operator.MaxPool operator) {
            requireSameQuantization(node);
            Clamps clamps = Clamps.of(output(node), operator.activation());
            return new MaxPoolLayer(name, in(), out(), operator.window(), clamps.low(), clamps.high());
        }

        @Override
        public Layer pad(Operator.Pad operator) {
            requireSameQuantization(node);
            return new PadLayer(
                    name, in(), out(), operator.top(), operator.bottom(), operator.left(), operator.right());
        }

        @Override
        public Layer reshape(Operator.Reshape operator) {
            requireSameQuantization(node);
            return new ReshapeLayer(name, in(), out());
        }

        @Override
        public Layer fullyConnected(Operator.FullyConnected operator) {
            throw notCanonical(operator);
        }

        @Override
        public Layer mean(Operator.Mean operator) {
            throw notCanonical(operator);
        }

        @Override
        public Layer batchNorm(Operator.BatchNorm operator) {
            throw notCanonical(operator);
        }

        @Override
        public Layer activate(Operator.Activate operator) {
            throw notCanonical(operator);
        }

        private LoweringException notCanonical(Operator operator) {
            return new LoweringException("layer " + name + ": "
                    + operator.getClass().getSimpleName() + " is not an operator of a canonical graph");
        }

        private int in() {
            return index(node.inputs().get(0));
        }

        private int out() {
            return index(node.output());
        }
    }

    private static InterpolateLayer.Positions positions(Interpolation axis) {
        float[] parts = axis.fractions().toArray();
        int[] fractions = new int[parts.length];
        Arrays.setAll(fractions, index -> Math.round(parts[index] * InterpolateLayer.ONE));
        return new InterpolateLayer.Positions(axis.lower(), axis.upper(), Ints.of(fractions));
    }

    /** Averages that keep the grid round to the nearest also where the tensor asks for floor: INTEGER.md defines no other. */
    private int tieThreshold(Node node) {
        return output(node).rounding() == Rounding.HALF_AWAY_FROM_INT8_ZERO ? 128 : 0;
    }

    private void requireSameQuantization(Node node) {
        LoweringException.require(
                hasSameQuantization(node),
                node.name(),
                "expected input and output of one quantization, got " + input(node) + " and " + output(node));
    }

    private boolean hasSameQuantization(Node node) {
        ActivationQuantization in = input(node);
        ActivationQuantization out = output(node);
        return in.bits() == out.bits() && in.zeroPoint() == out.zeroPoint() && in.scale() == out.scale();
    }

    private ActivationQuantization input(Node node) {
        return quantized.activation(node.inputs().get(0));
    }

    private ActivationQuantization second(Node node) {
        return quantized.activation(node.inputs().get(1));
    }

    private ActivationQuantization output(Node node) {
        return quantized.activation(node.output());
    }

    /** Indices of the tensors a node reads, then of the one it writes. */
    private List<Integer> indices(Node node) {
        List<Integer> indices = new ArrayList<>();
        node.inputs().forEach(read -> indices.add(index(read)));
        indices.add(index(node.output()));
        return indices;
    }

    private int index(String value) {
        Integer index = indices.get(value);
        if (index == null) {
            throw new LoweringException("graph " + graph.name() + " has no value " + value);
        }
        return index;
    }
}
