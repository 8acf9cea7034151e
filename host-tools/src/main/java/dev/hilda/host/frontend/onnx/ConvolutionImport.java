// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Conv of one or two dimensions, also depthwise and grouped. */
final class ConvolutionImport {
    private ConvolutionImport() {}

    static Value of(NodeImport node) {
        return of(node, node.activations(0), node.reals(1, "weights"), node.optionalReals(2, "biases"));
    }

    private static Value of(NodeImport node, Activations input, Constant constant, Optional<Constant> bias) {
        String image = node.image(input);
        TensorShape shape = node.draft().shape(image);
        List<Integer> dims = constant.dims();
        ImportProblem.requireIntact(
                dims.size() == input.dims().size(), "weights of " + input.dims().size() + " axes", dims);
        long groups = node.entry().integer("group", 1);
        int outputs = dims.get(0);
        int read = dims.get(1);
        ImportProblem.requireIntact(
                groups >= 1 && outputs % groups == 0 && read * groups == shape.channels(),
                "weights of " + shape.channels() + " input channels in " + groups + " groups",
                dims);
        int[] kernel = Windows.heightAndWidth(
                dims.stream().skip(2).mapToLong(Integer::longValue).toArray(), "kernel extents");
        node.entry()
                .integers("kernel_shape")
                .ifPresent(given -> ImportProblem.requireIntact(
                        Arrays.equals(Windows.heightAndWidth(given, "kernel_shape"), kernel),
                        "a kernel_shape like the weights' " + dims,
                        Arrays.toString(given)));
        Window window = new Windows(node.entry(), shape, dims.size() - 2, kernel).window();
        FloatTensor biases = DenseImport.bias(bias, outputs);
        boolean isDepthwise = groups > 1 && read == 1;
        Weights weights = isDepthwise
                ? depthwise(constant, outputs, kernel)
                : convolution(node, constant, outputs, read, (int) groups, kernel);
        Operator.Weighted operator = isDepthwise
                ? new Operator.Depthwise(window, weights.values(), biases, Optional.empty(), Activation.NONE)
                : new Operator.Convolution(window, weights.values(), biases, Optional.empty(), Activation.NONE);
        String made = node.draft().add(node.entry().output(), operator, weights, image);
        TensorShape output = node.draft().shape(made);
        List<Integer> result = dims.size() == 3
                ? List.of(1, outputs, output.width())
                : List.of(1, outputs, output.height(), output.width());
        return new Activations(made, Layout.channelsLast(result), ElementType.FLOAT);
    }

    /** KH,KW,O out of O,1,KH,KW. */
    private static Weights depthwise(Constant constant, int outputs, int[] kernel) {
        int taps = kernel[0] * kernel[1];
        return Weights.of(
                constant,
                List.of(kernel[0], kernel[1], outputs),
                index -> index % outputs * taps + index / outputs,
                index -> index % outputs,
                outputs,
                1);
    }

    /** O,KH,KW,I out of O,I,KH,KW; of groups, I of all channels with zeros for those of other groups. */
    private static Weights convolution(
            NodeImport node, Constant constant, int outputs, int read, int groups, int[] kernel) {
        int taps = kernel[0] * kernel[1];
        int channels = read * groups;
        int run = taps * channels;
        int outputsOfGroup = outputs / groups;
        node.budget().spend((long) outputs * run);
        return Weights.of(
                constant,
                List.of(outputs, kernel[0], kernel[1], channels),
                index -> {
                    int channel = index % channels;
                    int tap = index / channels % taps;
                    int output = index / run;
                    return channel / read == output / outputsOfGroup
                            ? (output * read + channel % read) * taps + tap
                            : Weights.ZERO;
                },
                index -> index / run,
                outputs,
                1);
    }
}
