// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Constants of one shape that are broadcast to an activation, each as one number for each channel of the graph's value. Where
 * one of them differs along other axes these become channels.
 *
 * @param value the activation under the shape that has these channels
 */
record ChannelConstants(String value, List<Channels> constants) {
    /** One a channel. */
    static final class Channels {
        private final double[] numbers;

        private Channels(double[] numbers) {
            this.numbers = numbers;
        }
    }

    /** @param constants all of one shape */
    static ChannelConstants of(NodeImport node, Activations activations, Constant... constants) {
        TensorShape shape = node.draft().shape(activations.value());
        List<Integer> dims = activations.dims();
        List<Integer> given = constants[0].dims();
        if (constants[0].size() == 1) {
            return ofPeriod(
                    node,
                    activations,
                    shape.channels(),
                    Arrays.stream(constants)
                            .map(constant -> filled(shape.channels(), constant.get(0)))
                            .toList());
        }
        if (!constants[0].isBroadcastableTo(dims)) {
            throw new ImportProblem(
                    "a constant that can be broadcast to " + dims,
                    given.toString(),
                    "export the model without the expansion of " + dims);
        }
        int[] sources = Dims.broadcastSources(given, dims);
        int[] positions = activations.layout().positions();
        List<double[]> all = Arrays.stream(constants)
                .map(constant -> spread(constant, sources, positions))
                .toList();
        for (int period : new int[] {shape.channels(), shape.width() * shape.channels(), shape.elements()}) {
            if (all.stream().allMatch(elements -> isPeriodic(elements, period))) {
                return ofPeriod(node, activations, period, all);
            }
        }
        throw new IllegalStateException("all elements are a period");
    }

    private static ChannelConstants ofPeriod(
            NodeImport node, Activations activations, int period, List<double[]> constants) {
        node.budget().spend((long) period * constants.size());
        TensorShape shape = node.draft().shape(activations.value());
        TensorShape view = period == shape.channels() ? shape : new TensorShape(1, shape.elements() / period, period);
        return new ChannelConstants(
                node.draft().viewed(activations.value(), view),
                constants.stream()
                        .map(elements -> new Channels(Arrays.copyOf(elements, period)))
                        .toList());
    }

    private static double[] filled(int channels, double number) {
        double[] all = new double[channels];
        Arrays.fill(all, number);
        return all;
    }

    /** By the graph's order. */
    private static double[] spread(Constant constant, int[] sources, int[] positions) {
        double[] elements = new double[positions.length];
        for (int index = 0; index < elements.length; index++) {
            elements[positions[index]] = constant.get(sources[index]);
        }
        return elements;
    }

    private static boolean isPeriodic(double[] elements, int period) {
        for (int index = period; index < elements.length; index++) {
            if (elements[index] != elements[index - period]) {
                return false;
            }
        }
        return true;
    }

    /** Of each number of a constant. */
    FloatTensor mapped(int constant, DoubleUnaryOperator function) {
        double[] numbers = constants.get(constant).numbers;
        float[] mapped = new float[numbers.length];
        for (int channel = 0; channel < mapped.length; channel++) {
            mapped[channel] = (float) function.applyAsDouble(numbers[channel]);
        }
        return FloatTensor.vector(mapped);
    }
}
