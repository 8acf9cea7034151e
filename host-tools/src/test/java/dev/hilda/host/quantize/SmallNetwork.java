// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A network with a residual, a depthwise layer and normalization, of random weights. */
public final class SmallNetwork {
    public static final TensorShape INPUT = new TensorShape(8, 8, 3);

    private final Random random;

    public SmallNetwork(Random random) {
        this.random = random;
    }

    public Graph network() {
        Window same = Window.same(3, 3, 1, 1, 1, 1, INPUT);
        Operator first = new Operator.Convolution(
                same, tensor(0.3, 12, 3, 3, 3), tensor(0.3, 12), normalization(12), Activation.RELU);
        Operator spatial = new Operator.Depthwise(
                same, tensor(0.4, 3, 3, 12), tensor(0.2, 12), normalization(12), Activation.RELU6);
        Operator branch = new Operator.Convolution(
                Window.of(1, 1), tensor(0.4, 12, 1, 1, 12), tensor(0.1, 12), Optional.empty(), Activation.NONE);
        Operator last = new Operator.Convolution(
                Window.of(2, 2), tensor(0.3, 5, 2, 2, 12), tensor(1, 5), Optional.empty(), Activation.NONE);
        Window halves = new Window(4, 4, 4, 4, 1, 1, 0, 0, 0, 0);
        return new Graph(
                "small",
                "image",
                INPUT,
                List.of(
                        new Node("first", first, List.of("image"), "stem"),
                        new Node("spatial", spatial, List.of("stem"), "filtered"),
                        new Node("branch", branch, List.of("filtered"), "branch"),
                        new Node("add", new Operator.Add(Activation.RELU), List.of("stem", "branch"), "sum"),
                        new Node("pool", new Operator.AveragePool(halves, Activation.NONE), List.of("sum"), "pooled"),
                        new Node("last", last, List.of("pooled"), "logits"),
                        new Node("softmax", new Operator.Softmax(1), List.of("logits"), "probabilities")),
                "probabilities");
    }

    /** One channel in eight has gain 0, gains have both signs and differ a hundredfold. */
    Optional<ChannelNormalization> normalization(int channels) {
        float[] gain = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double size = Math.pow(10, random.nextDouble() * 2 - 1);
            gain[channel] = channel % 8 == 5 ? 0 : (float) (channel % 3 == 0 ? -size : size);
        }
        return Optional.of(new ChannelNormalization(FloatTensor.vector(gain), tensor(0.5, channels)));
    }

    FloatTensor tensor(double deviation, Integer... extents) {
        int size = List.of(extents).stream().reduce(1, (left, right) -> left * right);
        float[] values = new float[size];
        for (int index = 0; index < size; index++) {
            values[index] = (float) (random.nextGaussian() * deviation);
        }
        return new FloatTensor(List.of(extents), values);
    }
}
