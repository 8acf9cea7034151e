package dev.hilda.host.lower;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One layer for each node. Canonical graphs consist of Convolution, Depthwise, Add, AveragePool, MaxPool, Pad, Reshape,
 * Softmax and Requantize nodes; pooling, Pad and Reshape keep the quantization of their input.
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
            return new IntegerNetwork(graph.name(), tensors, layers, index(graph.input()), index(graph.output()));
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
        if (operator instanceof Operator.Convolution || operator instanceof Operator.Depthwise) {
            return weighted(node, (Operator.Weighted) operator);
        }
        if (operator instanceof Operator.Add add) {
            return WeightedSum.add(
                    node.name(),
                    indices(node),
                    quantized.activation(node.inputs().get(0)),
                    quantized.activation(node.inputs().get(1)),
                    output(node),
                    add.activation());
        }
        if (operator instanceof Operator.Requantize) {
            return WeightedSum.rescale(node.name(), indices(node), input(node), output(node));
        }
        if (operator instanceof Operator.Softmax softmax) {
            return SoftmaxTable.layer(
                    node.name(),
                    indices(node),
                    softmax.beta(),
                    graph.shape(node.output()).channels(),
                    input(node),
                    output(node));
        }
        return keepingQuantization(node, operator);
    }

    private Layer weighted(Node node, Operator.Weighted operator) {
        return new WeightedLayer(node.name(), operator, input(node), output(node), quantized.weights(node))
                .layer(index(node.inputs().get(0)), index(node.output()));
    }

    private Layer keepingQuantization(Node node, Operator operator) {
        int input = index(node.inputs().get(0));
        int output = index(node.output());
        if (operator instanceof Operator.AveragePool pool) {
            requireSameQuantization(node);
            Clamps clamps = Clamps.of(output(node), pool.activation());
            return new AveragePoolLayer(
                    node.name(), input, output, pool.window(), tieThreshold(node), clamps.low(), clamps.high());
        }
        if (operator instanceof Operator.MaxPool pool) {
            requireSameQuantization(node);
            Clamps clamps = Clamps.of(output(node), pool.activation());
            return new MaxPoolLayer(node.name(), input, output, pool.window(), clamps.low(), clamps.high());
        }
        if (operator instanceof Operator.Pad pad) {
            requireSameQuantization(node);
            return new PadLayer(node.name(), input, output, pad.top(), pad.bottom(), pad.left(), pad.right());
        }
        if (operator instanceof Operator.Reshape) {
            requireSameQuantization(node);
            return new ReshapeLayer(node.name(), input, output);
        }
        throw new LoweringException("layer " + node.name() + ": "
                + operator.getClass().getSimpleName() + " is not an operator of a canonical graph");
    }

    /** Averages round to the nearest also where the tensor asks for floor: INTEGER.md defines no other. */
    private int tieThreshold(Node node) {
        return output(node).rounding() == Rounding.HALF_AWAY_FROM_INT8_ZERO ? 128 : 0;
    }

    private void requireSameQuantization(Node node) {
        ActivationQuantization in = input(node);
        ActivationQuantization out = output(node);
        LoweringException.require(
                in.bits() == out.bits() && in.zeroPoint() == out.zeroPoint() && in.scale() == out.scale(),
                node.name(),
                "expected input and output of one quantization, got " + in + " and " + out);
    }

    private ActivationQuantization input(Node node) {
        return quantized.activation(node.inputs().get(0));
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
