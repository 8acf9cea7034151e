// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;

/** Shape conditions that several operators have. */
final class Shapes {
    private Shapes() {}

    static TensorShape only(List<TensorShape> inputs) {
        Require.that(inputs.size() == 1, () -> "expected 1 input, got " + inputs.size());
        return inputs.get(0);
    }

    /** Of two tensors that are combined element by element. */
    static TensorShape broadcast(List<TensorShape> inputs) {
        Require.that(inputs.size() == 2, () -> "expected 2 inputs, got " + inputs.size());
        try {
            return inputs.get(0).broadcast(inputs.get(1));
        } catch (IllegalArgumentException e) {
            throw new GraphException(String.valueOf(e.getMessage()));
        }
    }

    static TensorShape slide(Window window, TensorShape input, int channels) {
        try {
            return window.outputShape(input, channels);
        } catch (IllegalArgumentException e) {
            throw new GraphException(String.valueOf(e.getMessage()));
        }
    }

    static void requireRank(FloatTensor weights, int rank) {
        Require.that(weights.shape().size() == rank, () -> "expected weights of rank " + rank + ", got " + weights);
    }

    static void requireKernel(Window window, int height, int width) {
        Require.that(
                window.kernelHeight() == height && window.kernelWidth() == width,
                () -> "expected a window of " + height + "x" + width + ", got " + window);
    }

    static void requireChannels(int channels, FloatTensor bias, Optional<ChannelNormalization> normalization) {
        Require.that(bias.size() == channels, () -> "expected " + channels + " biases, got " + bias.size());
        normalization.ifPresent(given -> Require.that(
                given.gain().size() == channels,
                () -> "expected normalization of " + channels + " channels, got " + given.gain()));
    }
}
