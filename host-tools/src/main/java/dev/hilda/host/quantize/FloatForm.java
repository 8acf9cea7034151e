package dev.hilda.host.quantize;

import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;

/** The float graph that is quantized: without its end, when asked for logits, and folded, when asked for it. */
final class FloatForm {
    private FloatForm() {}

    static Graph of(Graph graph, QuantizeOptions options) {
        Graph open = options.keepSoftmax() ? graph : withoutEnd(graph);
        if (!options.variant().isFolded()) {
            return open;
        }
        List<Node> nodes = open.nodes().stream()
                .map(node -> new Node(node.name(), folded(node.operator()), node.inputs(), node.output()))
                .toList();
        return new Graph(open.name(), open.input(), open.inputShape(), nodes, open.output());
    }

    /** Softmax of one pixel keeps the order of the classes and Reshape the order of the values. */
    private static Graph withoutEnd(Graph graph) {
        Node last = graph.producer(graph.output()).orElse(null);
        if (last == null || !graph.consumers(graph.output()).isEmpty() || !isDispensable(graph, last)) {
            return graph;
        }
        List<Node> nodes =
                graph.nodes().stream().filter(node -> !node.equals(last)).toList();
        String output = last.inputs().get(0);
        return withoutEnd(new Graph(graph.name(), graph.input(), graph.inputShape(), nodes, output));
    }

    private static boolean isDispensable(Graph graph, Node node) {
        boolean softmax = node.operator() instanceof Operator.Softmax
                && graph.shape(node.output()).pixels() == 1;
        boolean order = node.operator() instanceof Operator.Reshape || node.operator() instanceof Operator.Requantize;
        return (softmax || order) && graph.nodes().size() > 1;
    }

    private static Operator folded(Operator operator) {
        if (operator instanceof Operator.Convolution convolution
                && convolution.normalization().isPresent()) {
            ChannelNormalization normalization = convolution.normalization().orElseThrow();
            return new Operator.Convolution(
                    convolution.window(),
                    folded(convolution, normalization),
                    foldedBias(convolution, normalization),
                    Optional.empty(),
                    convolution.activation());
        }
        if (operator instanceof Operator.Depthwise depthwise
                && depthwise.normalization().isPresent()) {
            ChannelNormalization normalization = depthwise.normalization().orElseThrow();
            return new Operator.Depthwise(
                    depthwise.window(),
                    folded(depthwise, normalization),
                    foldedBias(depthwise, normalization),
                    Optional.empty(),
                    depthwise.activation());
        }
        return operator;
    }

    private static FloatTensor folded(Operator.Weighted operator, ChannelNormalization normalization) {
        float[] weights = operator.weights().toArray();
        boolean innermost = operator instanceof Operator.Depthwise;
        int channels = operator.outputChannels();
        for (int index = 0; index < weights.length; index++) {
            int channel = innermost ? index % channels : index / (weights.length / channels);
            weights[index] *= normalization.gain().get(channel);
        }
        return new FloatTensor(operator.weights().shape(), weights);
    }

    private static FloatTensor foldedBias(Operator.Weighted operator, ChannelNormalization normalization) {
        float[] bias = operator.bias().toArray();
        for (int channel = 0; channel < bias.length; channel++) {
            bias[channel] = bias[channel] * normalization.gain().get(channel)
                    + normalization.offset().get(channel);
        }
        return FloatTensor.vector(bias);
    }
}
