// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * MobileNetV1 (Howard et al., arXiv 1704.04861) with zero weights: a convolution, 13 depthwise and pointwise pairs, pooling,
 * 1000 classes; 28 weighted layers, L1 to L28.
 */
public final class MobileNetV1 {
    /** The sixteen variants, by resolution and width. */
    public static final List<String> ALL = Stream.of(224, 192, 160, 128)
            .flatMap(resolution -> Stream.of("1.0", "0.75", "0.5", "0.25").map(width -> resolution + "_" + width))
            .toList();

    private static final int[] CHANNELS = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    private static final int[] STRIDES = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};

    private final List<Node> nodes = new ArrayList<>();
    private TensorShape shape;
    private String value = "input";

    private MobileNetV1(int resolution) {
        this.shape = new TensorShape(resolution, resolution, 3);
    }

    /**
     * The graph of one variant.
     *
     * @param model resolution and width, as in 224_1.0
     */
    public static Graph of(String model) {
        String[] parts = model.split("_", -1);
        int resolution = Integer.parseInt(parts[0]);
        double width = Double.parseDouble(parts[1]);
        MobileNetV1 net = new MobileNetV1(resolution);
        net.convolution("L1", 3, 2, (int) (32 * width));
        for (int pair = 0; pair < CHANNELS.length; pair++) {
            net.depthwise("L" + (2 * pair + 2), STRIDES[pair]);
            net.convolution("L" + (2 * pair + 3), 1, 1, (int) (CHANNELS[pair] * width));
        }
        Window all = Window.of(net.shape.height(), net.shape.width());
        net.append("pool", new Operator.AveragePool(all, Activation.NONE));
        net.convolution("L28", 1, 1, 1000);
        return new Graph(model, "input", new TensorShape(resolution, resolution, 3), net.nodes, net.value);
    }

    private void convolution(String name, int kernel, int stride, int channels) {
        FloatTensor weights = new FloatTensor(
                List.of(channels, kernel, kernel, shape.channels()),
                new float[channels * kernel * kernel * shape.channels()]);
        append(
                name,
                new Operator.Convolution(
                        Window.same(kernel, kernel, stride, stride, 1, 1, shape),
                        weights,
                        FloatTensor.vector(new float[channels]),
                        Optional.empty(),
                        Activation.RELU6));
    }

    private void depthwise(String name, int stride) {
        int channels = shape.channels();
        append(
                name,
                new Operator.Depthwise(
                        Window.same(3, 3, stride, stride, 1, 1, shape),
                        new FloatTensor(List.of(3, 3, channels), new float[9 * channels]),
                        FloatTensor.vector(new float[channels]),
                        Optional.empty(),
                        Activation.RELU6));
    }

    private void append(String name, Operator operator) {
        nodes.add(new Node(name, operator, List.of(value), name + ".out"));
        value = name + ".out";
        shape = operator.outputShape(List.of(shape));
    }
}
