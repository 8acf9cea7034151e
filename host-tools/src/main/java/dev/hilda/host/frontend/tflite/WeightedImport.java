// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;

/** Operators with weights. */
final class WeightedImport {
    private WeightedImport() {}

    static OperatorImport convolution(OperatorEntry node) {
        List<Integer> shape = weightShape(node, 4);
        int outputs = shape.get(0);
        WeightImport weights = WeightImport.of(
                node, new WeightImport.Layout(shape, 0, outputs, shape.get(1) * shape.get(2) * shape.get(3)));
        Window window = window(
                node,
                shape.get(1),
                shape.get(2),
                node.optionExtent(Schema.Convolution.DILATION_HEIGHT, 1),
                node.optionExtent(Schema.Convolution.DILATION_WIDTH, 1));
        Activation activation = node.activation(Schema.Convolution.ACTIVATION);
        int groups = groups(node);
        boolean isDepthwise = groups > 1 && shape.get(3) == 1;
        WeightImport arranged = groups == 1
                ? weights
                : isDepthwise ? channelsInnermost(weights, shape) : withZerosBetween(weights, shape, groups);
        Operator operator = isDepthwise
                ? new Operator.Depthwise(window, arranged.weights(), arranged.bias(), Optional.empty(), activation)
                : new Operator.Convolution(window, arranged.weights(), arranged.bias(), Optional.empty(), activation);
        return new OperatorImport(operator, List.of(node.input(0)), arranged.quantized());
    }

    /** Into how many parts the channels are split, none of which reads another's; 1 for an ordinary convolution. */
    static int groups(OperatorEntry node) {
        List<Integer> shape = weightShape(node, 4);
        int channels = node.input(0).activationShape().channels();
        int read = shape.get(3);
        ImportProblem.requireIntact(
                channels % read == 0 && shape.get(0) % (channels / read) == 0,
                "weights of " + channels + " input channels, or of a part of them for a part of the outputs",
                shape);
        return channels / read;
    }

    /** Of a depthwise convolution, out of O,KH,KW,1. */
    private static WeightImport channelsInnermost(WeightImport weights, List<Integer> shape) {
        int outputs = shape.get(0);
        int taps = shape.get(1) * shape.get(2);
        return weights.rearranged(
                List.of(shape.get(1), shape.get(2), outputs),
                index -> index % outputs * taps + index / outputs,
                index -> index % outputs);
    }

    /** Of a convolution that reads all channels: there is no kernel that reads a part, and products with 0 add nothing. */
    private static WeightImport withZerosBetween(WeightImport weights, List<Integer> shape, int groups) {
        int read = shape.get(3);
        int channels = read * groups;
        int run = shape.get(1) * shape.get(2) * channels;
        int outputsOfGroup = shape.get(0) / groups;
        return weights.rearranged(
                List.of(shape.get(0), shape.get(1), shape.get(2), channels),
                index -> {
                    int channel = index % channels;
                    boolean isOfGroup = channel / read == index / run / outputsOfGroup;
                    return isOfGroup ? index / channels * read + channel % read : WeightImport.ZERO;
                },
                index -> index / run);
    }

    static OperatorImport depthwise(OperatorEntry node) {
        List<Integer> shape = weightShape(node, 4);
        ImportProblem.requireIntact(shape.get(0) == 1, "depthwise weights 1,KH,KW,O", shape);
        int outputs = shape.get(3);
        WeightImport weights = WeightImport.of(node, new WeightImport.Layout(shape.subList(1, 4), 3, outputs, 1));
        Window window = window(
                node,
                shape.get(1),
                shape.get(2),
                node.optionExtent(Schema.Depthwise.DILATION_HEIGHT, 1),
                node.optionExtent(Schema.Depthwise.DILATION_WIDTH, 1));
        return new OperatorImport(
                new Operator.Depthwise(
                        window,
                        weights.weights(),
                        weights.bias(),
                        Optional.empty(),
                        node.activation(Schema.Depthwise.ACTIVATION)),
                List.of(node.input(0)),
                weights.quantized());
    }

    static OperatorImport fullyConnected(OperatorEntry node) {
        if (node.optionByte(Schema.FullyConnected.WEIGHTS_FORMAT) != 0) {
            throw new ImportProblem(
                    "weights in the default order", "shuffled weights", "export the model for a plain CPU");
        }
        List<Integer> shape = weightShape(node, 2);
        WeightImport weights = WeightImport.of(node, new WeightImport.Layout(shape, 0, shape.get(0), shape.get(1)));
        Activation activation = node.activation(Schema.FullyConnected.ACTIVATION);
        int inputs = shape.get(1);
        int elements = node.input(0).activationShape().elements();
        if (elements != inputs && elements % inputs == 0) {
            return ofRows(node, weights, new TensorShape(1, elements / inputs, inputs), activation);
        }
        Operator operator =
                new Operator.FullyConnected(weights.weights(), weights.bias(), Optional.empty(), activation);
        return new OperatorImport(operator, List.of(node.input(0)), weights.quantized());
    }

    /** The same weights for each row of as many elements: a convolution of 1×1. */
    private static OperatorImport ofRows(
            OperatorEntry node, WeightImport weights, TensorShape rows, Activation activation) {
        int outputs = weights.bias().size();
        Operator operator = new Operator.Convolution(
                Window.of(1, 1),
                new FloatTensor(
                        List.of(outputs, 1, 1, rows.channels()),
                        weights.weights().toArray()),
                weights.bias(),
                Optional.empty(),
                activation);
        return new OperatorImport(operator, List.of(node.input(0)), weights.quantized())
                .startingWith(new Operator.Reshape(rows))
                .then(new Operator.Reshape(node.output().activationShape()));
    }

    private static List<Integer> weightShape(OperatorEntry node, int rank) {
        TensorEntry weights = node.input(1);
        weights.constantElements();
        ImportProblem.requireIntact(
                weights.shape().size() == rank, "weights " + weights.name() + " of rank " + rank, weights.shape());
        return weights.shape();
    }

    /** Options of all sliding operators begin with padding, stride width and stride height. */
    static Window window(OperatorEntry node, int kernelHeight, int kernelWidth, int dilationHeight, int dilationWidth) {
        if (node.dilation().isPresent()) {
            return node.dilation().get().window(kernelHeight, kernelWidth);
        }
        int strideWidth = node.optionExtent(Schema.Convolution.STRIDE_WIDTH, 0);
        int strideHeight = node.optionExtent(Schema.Convolution.STRIDE_HEIGHT, 0);
        byte padding = node.optionByte(Schema.Convolution.PADDING);
        ImportProblem.requireIntact(
                padding == Schema.PADDING_SAME || padding == Schema.PADDING_VALID, "padding SAME or VALID", padding);
        if (padding == Schema.PADDING_SAME) {
            TensorShape input = node.input(0).activationShape();
            return Window.same(
                    kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, input);
        }
        return new Window(
                kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, 0, 0, 0, 0);
    }
}
