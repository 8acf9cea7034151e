// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A constant that is broadcast to an activation, as one number for each channel of the graph's value. Where it differs along
 * other axes these become channels.
 *
 * @param value the activation under the shape that has these channels
 */
record ChannelConstants(String value, Channels channels) {
    /** One a channel. */
    static final class Channels {
        private final double[] numbers;

        private Channels(double[] numbers) {
            this.numbers = numbers;
        }
    }

    static ChannelConstants of(NodeImport node, Activations activations, Constant constant) {
        TensorShape shape = node.draft().shape(activations.value());
        if (constant.size() == 1) {
            node.budget().spend(shape.channels());
            double[] all = new double[shape.channels()];
            Arrays.fill(all, constant.get(0));
            return new ChannelConstants(activations.value(), new Channels(all));
        }
        List<Integer> dims = activations.dims();
        if (!Dims.broadcast(constant.dims(), dims).equals(dims)) {
            throw new ImportProblem(
                    "a constant that can be broadcast to " + dims,
                    constant.dims().toString(),
                    "export the model without the expansion of " + dims);
        }
        node.budget().spend(shape.elements());
        int[] sources = Dims.broadcastSources(constant.dims(), dims);
        int[] positions = activations.layout().positions();
        double[] elements = new double[positions.length];
        for (int index = 0; index < elements.length; index++) {
            elements[positions[index]] = constant.get(sources[index]);
        }
        for (int period : new int[] {shape.channels(), shape.width() * shape.channels(), elements.length}) {
            if (isPeriodic(elements, period)) {
                TensorShape view =
                        period == shape.channels() ? shape : new TensorShape(1, elements.length / period, period);
                return new ChannelConstants(
                        node.draft().viewed(activations.value(), view), new Channels(Arrays.copyOf(elements, period)));
            }
        }
        throw new IllegalStateException("all elements are a period");
    }

    private static boolean isPeriodic(double[] elements, int period) {
        for (int index = period; index < elements.length; index++) {
            if (elements[index] != elements[index - period]) {
                return false;
            }
        }
        return true;
    }

    /** Of each. */
    FloatTensor mapped(DoubleUnaryOperator function) {
        float[] mapped = new float[channels.numbers.length];
        for (int channel = 0; channel < mapped.length; channel++) {
            mapped[channel] = (float) function.applyAsDouble(channels.numbers[channel]);
        }
        return FloatTensor.vector(mapped);
    }
}
