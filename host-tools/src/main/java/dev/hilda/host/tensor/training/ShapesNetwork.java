// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import dev.hilda.agent.dataset.shapes.ShapeImage;
import dev.hilda.agent.dataset.shapes.ShapeKind;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The network for the shapes, untrained: a convolution of stride 2, two residual blocks of full and two of
 * depthwise-separable convolutions, depthwise-separable layers of stride 2 between them, a mean and a classifier. Without batch normalization: the last
 * layer of each residual branch starts small instead, after Zhang, Dauphin and Ma, "Fixup Initialization", ICLR 2019.
 *
 * <p>A second one has a batch normalization after every convolution, whose γ are spread over a decade, as those of trained
 * networks are: folded into weights of one range a layer they are what low bits cannot hold.
 */
final class ShapesNetwork {
    private static final TensorShape INPUT = new TensorShape(ShapeImage.SIZE, ShapeImage.SIZE, ShapeImage.CHANNELS);

    /** Share of its usual size with which the last layer of a residual branch starts. */
    private static final double BRANCH_START = 0.2;

    /** The largest γ of a normalization to the smallest, when training starts. */
    private static final double GAMMA_SPREAD = 14;

    private final Random random;
    private final boolean normalized;
    private final List<Node> nodes = new ArrayList<>();
    private TensorShape shape = INPUT;
    private String last = "image";

    private ShapesNetwork(long seed, boolean normalized) {
        this.random = new Random(seed);
        this.normalized = normalized;
    }

    /** The network with weights drawn from a seed (He et al., ICCV 2015) and biases of 0. */
    static Graph initial(long seed) {
        return initial(seed, false);
    }

    /** The same with a BatchNorm after every convolution; its gain and offset are γ and β. */
    static Graph initialNormalized(long seed) {
        return initial(seed, true);
    }

    private static Graph initial(long seed, boolean normalized) {
        ShapesNetwork network = new ShapesNetwork(seed, normalized);
        network.stem(16);
        network.residual("block1");
        network.separable("down1", 2, 40);
        network.residual("block2");
        network.separableResidual("block3");
        network.separable("down2", 2, 80);
        network.separableResidual("block4");
        network.classifier();
        return new Graph(normalized ? "shapes-batch-norm" : "shapes", "image", INPUT, network.nodes, network.last);
    }

    /** Kernels that sum to 0 for each colour: at first they see edges, not the colour of the ground. */
    private void stem(int channels) {
        int kernel = 5;
        FloatTensor drawn = weights(List.of(channels, kernel, kernel, shape.channels()), kernel * kernel * 3, 1);
        float[] values = drawn.toArray();
        int colours = shape.channels();
        int perChannel = values.length / channels;
        for (int first = 0; first < values.length; first++) {
            if (first % perChannel < colours) {
                float sum = 0;
                for (int tap = 0; tap < kernel * kernel; tap++) {
                    sum += values[first + tap * colours];
                }
                for (int tap = 0; tap < kernel * kernel; tap++) {
                    values[first + tap * colours] -= sum / (kernel * kernel);
                }
            }
        }
        appendWeighted(
                "stem",
                new Operator.Convolution(
                        Window.same(kernel, kernel, 2, 2, 1, 1, shape),
                        new FloatTensor(drawn.shape(), values),
                        zeros(channels),
                        Optional.empty(),
                        Activation.RELU),
                1);
    }

    private void residual(String name) {
        String shortcut = last;
        convolution(name + "/conv1", 3, 1, shape.channels(), Activation.RELU, 1);
        convolution(name + "/conv2", 3, 1, shape.channels(), Activation.NONE, BRANCH_START);
        add(name + "/add", shortcut);
    }

    private void separableResidual(String name) {
        String shortcut = last;
        depthwise(name + "/depthwise", 1);
        convolution(name + "/pointwise", 1, 1, shape.channels(), Activation.NONE, BRANCH_START);
        add(name + "/add", shortcut);
    }

    private void separable(String name, int stride, int channels) {
        depthwise(name + "/depthwise", stride);
        convolution(name + "/pointwise", 1, 1, channels, Activation.RELU, 1);
    }

    private void convolution(String name, int kernel, int stride, int channels, Activation activation, double start) {
        int inputs = kernel * kernel * shape.channels();
        FloatTensor weights = weights(List.of(channels, kernel, kernel, shape.channels()), inputs, start);
        appendWeighted(
                name,
                new Operator.Convolution(
                        Window.same(kernel, kernel, stride, stride, 1, 1, shape),
                        weights,
                        zeros(channels),
                        Optional.empty(),
                        activation),
                start);
    }

    private void depthwise(String name, int stride) {
        int kernel = 3;
        FloatTensor weights = weights(List.of(kernel, kernel, shape.channels()), kernel * kernel, 1);
        appendWeighted(
                name,
                new Operator.Depthwise(
                        Window.same(kernel, kernel, stride, stride, 1, 1, shape),
                        weights,
                        zeros(shape.channels()),
                        Optional.empty(),
                        Activation.RELU),
                1);
    }

    private void classifier() {
        append("mean", new Operator.Mean());
        int classes = ShapeKind.values().length;
        FloatTensor weights = weights(List.of(classes, shape.channels()), shape.channels(), 1);
        append("logits", new Operator.FullyConnected(weights, zeros(classes), Optional.empty(), Activation.NONE));
    }

    private void add(String name, String shortcut) {
        append(name, new Operator.Add(Activation.RELU), shortcut);
    }

    /** With its normalization between it and its activation, where the network has any. */
    private void appendWeighted(String name, Operator.Weighted operator, double start) {
        if (!normalized) {
            append(name, operator);
            return;
        }
        append(name, operator.with(operator.weights(), operator.bias(), Optional.empty(), Activation.NONE));
        int channels = operator.outputChannels();
        ChannelNormalization affine = new ChannelNormalization(gammas(channels, start), zeros(channels));
        append(name + "/norm", new Operator.BatchNorm(affine));
        if (operator.activation() != Activation.NONE) {
            append(name + "/activation", new Operator.Activate(operator.activation()));
        }
    }

    /** Log-uniform about a middle, both ends among them. */
    private FloatTensor gammas(int channels, double middle) {
        float[] gammas = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double place = channel < 2 ? channel - 0.5 : random.nextDouble() - 0.5;
            gammas[channel] = (float) (middle * Math.pow(GAMMA_SPREAD, place));
        }
        return FloatTensor.vector(gammas);
    }

    private void append(String name, Operator operator, String... furtherInputs) {
        List<String> inputs = new ArrayList<>(List.of(last));
        inputs.addAll(List.of(furtherInputs));
        nodes.add(new Node(name, operator, inputs, name));
        shape = operator.outputShape(inputs.stream().map(input -> shape).toList());
        last = name;
    }

    private FloatTensor weights(List<Integer> extents, int inputs, double start) {
        double deviation = start * Math.sqrt(2.0 / inputs);
        float[] values = new float[extents.stream().reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return new FloatTensor(extents, values);
    }

    private static FloatTensor zeros(int count) {
        return FloatTensor.vector(new float[count]);
    }
}
