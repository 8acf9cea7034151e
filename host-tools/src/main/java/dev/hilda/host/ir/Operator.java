package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;

/**
 * What a node computes, on float32 tensors of batch 1 in the order height, width, channel. Each knows the shape of its
 * result and its multiply-accumulates.
 */
public sealed interface Operator {
    /**
     * Shape of the result.
     *
     * @param inputs shapes of the node's inputs, in order
     * @throws GraphException when they do not fit the operator
     */
    TensorShape outputShape(List<TensorShape> inputs);

    /** Multiply-accumulates of one inference; 0 for what does not multiply by weights. */
    default long macs(TensorShape output) {
        return 0;
    }

    /** An operator with trained weights; these are what bits are assigned to. */
    sealed interface Weighted extends Operator {
        FloatTensor weights();

        /** One value per output channel, added to the sum of products before any normalization. */
        FloatTensor bias();

        Activation activation();

        Optional<ChannelNormalization> normalization();

        /** The same function without a normalization: weights and bias have taken it up. */
        Weighted folded();

        default int outputChannels() {
            return bias().size();
        }
    }

    /**
     * activation(normalization(bias + Σ w·x)).
     *
     * @param weights O,KH,KW,I
     * @param bias O
     */
    record Convolution(
            Window window,
            FloatTensor weights,
            FloatTensor bias,
            Optional<ChannelNormalization> normalization,
            Activation activation)
            implements Weighted {
        public Convolution {
            Shapes.requireRank(weights, 4);
            Shapes.requireKernel(window, weights.extent(1), weights.extent(2));
            Shapes.requireChannels(weights.extent(0), bias, normalization);
        }

        @Override
        public Convolution folded() {
            return normalization
                    .map(given -> FoldedWeights.of(this, given))
                    .map(parts -> new Convolution(window, parts.weights(), parts.bias(), Optional.empty(), activation))
                    .orElse(this);
        }

        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            Require.that(
                    input.channels() == weights.extent(3),
                    () -> "expected " + weights.extent(3) + " input channels, got " + input);
            return Shapes.slide(window, input, weights.extent(0));
        }

        @Override
        public long macs(TensorShape output) {
            return (long) output.pixels() * weights.size();
        }
    }

    /**
     * Output channel o reads input channel ⌊o / multiplier⌋.
     *
     * @param weights KH,KW,O
     * @param bias O
     */
    record Depthwise(
            Window window,
            FloatTensor weights,
            FloatTensor bias,
            Optional<ChannelNormalization> normalization,
            Activation activation)
            implements Weighted {
        public Depthwise {
            Shapes.requireRank(weights, 3);
            Shapes.requireKernel(window, weights.extent(0), weights.extent(1));
            Shapes.requireChannels(weights.extent(2), bias, normalization);
        }

        @Override
        public Depthwise folded() {
            return normalization
                    .map(given -> FoldedWeights.of(this, given))
                    .map(parts -> new Depthwise(window, parts.weights(), parts.bias(), Optional.empty(), activation))
                    .orElse(this);
        }

        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            int channels = weights.extent(2);
            Require.that(
                    channels % input.channels() == 0,
                    () -> "expected " + channels + " channels to be a multiple of the input's, got " + input);
            return Shapes.slide(window, input, channels);
        }

        @Override
        public long macs(TensorShape output) {
            return (long) output.pixels() * weights.size();
        }
    }

    /**
     * A vector out of all elements of the input, in the order height, width, channel.
     *
     * @param weights O,I
     * @param bias O
     */
    record FullyConnected(
            FloatTensor weights, FloatTensor bias, Optional<ChannelNormalization> normalization, Activation activation)
            implements Weighted {
        public FullyConnected {
            Shapes.requireRank(weights, 2);
            Shapes.requireChannels(weights.extent(0), bias, normalization);
        }

        @Override
        public FullyConnected folded() {
            return normalization
                    .map(given -> FoldedWeights.of(this, given))
                    .map(parts -> new FullyConnected(parts.weights(), parts.bias(), Optional.empty(), activation))
                    .orElse(this);
        }

        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            Require.that(
                    input.elements() == weights.extent(1),
                    () -> "expected " + weights.extent(1) + " input elements, got " + input);
            return TensorShape.vector(weights.extent(0));
        }

        @Override
        public long macs(TensorShape output) {
            return weights.size();
        }
    }

    /** Elementwise sum of two tensors of one shape. */
    record Add(Activation activation) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            Require.that(inputs.size() == 2, () -> "expected 2 inputs, got " + inputs.size());
            Require.that(
                    inputs.get(0).equals(inputs.get(1)),
                    () -> "expected inputs of one shape, got " + inputs.get(0) + " and " + inputs.get(1));
            return inputs.get(0);
        }
    }

    /** Zeros around the input. */
    record Pad(int top, int bottom, int left, int right) implements Operator {
        public Pad {
            Require.that(top >= 0 && bottom >= 0 && left >= 0 && right >= 0, () -> "expected padding of at least 0");
        }

        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            return new TensorShape(input.height() + top + bottom, input.width() + left + right, input.channels());
        }
    }

    /** Mean over the window's positions inside the input: padding is not counted. */
    record AveragePool(Window window, Activation activation) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            return Shapes.slide(window, input, input.channels());
        }
    }

    /** Largest value of the window's positions inside the input. */
    record MaxPool(Window window, Activation activation) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            return Shapes.slide(window, input, input.channels());
        }
    }

    /** Mean over height and width: 1×1×channels. */
    record Mean() implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return TensorShape.vector(Shapes.only(inputs).channels());
        }
    }

    /** The same elements, in the order height, width, channel, under another shape. */
    record Reshape(TensorShape shape) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            Require.that(
                    input.elements() == shape.elements(),
                    () -> "expected " + shape.elements() + " elements, got " + input);
            return shape;
        }
    }

    /** Batch normalization that stands alone. */
    record BatchNorm(ChannelNormalization normalization) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            int channels = normalization.gain().size();
            Require.that(input.channels() == channels, () -> "expected " + channels + " channels, got " + input);
            return input;
        }
    }

    /** An activation that stands alone. */
    record Activate(Activation activation) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }
    }

    /** exp(β·x_c) / Σ exp(β·x) over the channels of each pixel. */
    record Softmax(double beta) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }
    }

    /** The same real values under another quantization; nothing in float. */
    record Requantize() implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }
    }
}
