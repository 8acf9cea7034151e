// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;

/**
 * What a node computes, on float32 tensors of batch 1 in the order height, width, channel. Each knows the shape of its
 * result, its grid and its multiply-accumulates; what else is done with every operator is a {@link Visitor}, so that the
 * compiler names each place where a new one is still missing.
 */
public sealed interface Operator
        permits Operator.Activated,
                Operator.Sliding,
                Operator.Summing,
                Operator.Pad,
                Operator.Reshape,
                Operator.BatchNorm,
                Operator.Activate,
                Operator.Elementwise,
                Operator.Softmax,
                Operator.Requantize,
                Concatenation,
                Gather,
                Interpolate,
                Prelu {
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

    /** How its result is quantized. */
    ResultGrid grid();

    /** Itself where it has trained weights. */
    default Optional<Weighted> weighted() {
        return Optional.empty();
    }

    /** Itself where it is a normalization that no weighted operator has taken up. */
    default Optional<BatchNorm> batchNormalization() {
        return Optional.empty();
    }

    <R> R accept(Visitor<R> visitor);

    /** One answer for each operator with weights. */
    interface WeightedVisitor<R> {
        R convolution(Convolution operator);

        R depthwise(Depthwise operator);

        R fullyConnected(FullyConnected operator);
    }

    /** One answer for each operator. */
    interface Visitor<R> extends WeightedVisitor<R> {
        R add(Add operator);

        R subtract(Subtract operator);

        R multiply(Multiply operator);

        R concatenation(Concatenation operator);

        R gather(Gather operator);

        R interpolate(Interpolate operator);

        R pad(Pad operator);

        R averagePool(AveragePool operator);

        R maxPool(MaxPool operator);

        R mean(Mean operator);

        R reshape(Reshape operator);

        R batchNorm(BatchNorm operator);

        R activate(Activate operator);

        R elementwise(Elementwise operator);

        R softmax(Softmax operator);

        R prelu(Prelu operator);

        R requantize(Requantize operator);
    }

    /** An operator that ends with an activation function. */
    sealed interface Activated extends Operator permits Weighted, Add, Subtract, Multiply, AveragePool, MaxPool {
        Activation activation();

        /** The same with another one. */
        Operator with(Activation other);
    }

    /** An operator that slides a window over its input. */
    sealed interface Sliding extends Operator {
        Window window();
    }

    /** An operator whose results are sums or means of inputs that nothing scales. */
    sealed interface Summing extends Operator {}

    /** An operator with trained weights; these are what bits are assigned to. */
    sealed interface Weighted extends Activated {
        FloatTensor weights();

        /** One value per output channel, added to the sum of products before any normalization. */
        FloatTensor bias();

        Optional<ChannelNormalization> normalization();

        /** Whether neighbouring weights are of neighbouring output channels; else a channel's weights are together. */
        boolean channelsInnermost();

        /** The same with other parts. */
        Weighted with(
                FloatTensor weights,
                FloatTensor bias,
                Optional<ChannelNormalization> normalization,
                Activation activation);

        <R> R accept(WeightedVisitor<R> visitor);

        @Override
        default <R> R accept(Visitor<R> visitor) {
            return accept((WeightedVisitor<R>) visitor);
        }

        @Override
        default Optional<Weighted> weighted() {
            return Optional.of(this);
        }

        @Override
        default ResultGrid grid() {
            return ResultGrid.FITTED;
        }

        @Override
        default Weighted with(Activation other) {
            return with(weights(), bias(), normalization(), other);
        }

        /** The same function without a normalization: weights and bias have taken it up. */
        default Weighted folded() {
            return normalization()
                    .map(given -> with(given.ofWeights(this), given.ofBias(bias()), Optional.empty(), activation()))
                    .orElse(this);
        }

        default int outputChannels() {
            return bias().size();
        }

        /** The output channel of the weight at an index. */
        default int outputChannelOf(int index) {
            return channelsInnermost()
                    ? index % outputChannels()
                    : index / (weights().size() / outputChannels());
        }

        /** Weights, biases, and gains and offsets of a normalization. */
        default long parameters() {
            int normalizing =
                    normalization().map(given -> 2 * given.gain().size()).orElse(0);
            return (long) weights().size() + bias().size() + normalizing;
        }
    }

    /** A weighted operator with a window. */
    sealed interface Convolving extends Weighted, Sliding {
        /** The same with other padding. */
        Convolving with(Window other);
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
            implements Convolving {
        public Convolution {
            Shapes.requireRank(weights, 4);
            Shapes.requireKernel(window, weights.extent(1), weights.extent(2));
            Shapes.requireChannels(weights.extent(0), bias, normalization);
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

        @Override
        public boolean channelsInnermost() {
            return false;
        }

        @Override
        public Convolution with(
                FloatTensor weights,
                FloatTensor bias,
                Optional<ChannelNormalization> normalization,
                Activation activation) {
            return new Convolution(window, weights, bias, normalization, activation);
        }

        @Override
        public Convolution with(Window other) {
            return new Convolution(other, weights, bias, normalization, activation);
        }

        @Override
        public <R> R accept(WeightedVisitor<R> visitor) {
            return visitor.convolution(this);
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
            implements Convolving {
        public Depthwise {
            Shapes.requireRank(weights, 3);
            Shapes.requireKernel(window, weights.extent(0), weights.extent(1));
            Shapes.requireChannels(weights.extent(2), bias, normalization);
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

        @Override
        public boolean channelsInnermost() {
            return true;
        }

        @Override
        public Depthwise with(
                FloatTensor weights,
                FloatTensor bias,
                Optional<ChannelNormalization> normalization,
                Activation activation) {
            return new Depthwise(window, weights, bias, normalization, activation);
        }

        @Override
        public Depthwise with(Window other) {
            return new Depthwise(other, weights, bias, normalization, activation);
        }

        @Override
        public <R> R accept(WeightedVisitor<R> visitor) {
            return visitor.depthwise(this);
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

        @Override
        public boolean channelsInnermost() {
            return false;
        }

        @Override
        public FullyConnected with(
                FloatTensor weights,
                FloatTensor bias,
                Optional<ChannelNormalization> normalization,
                Activation activation) {
            return new FullyConnected(weights, bias, normalization, activation);
        }

        @Override
        public <R> R accept(WeightedVisitor<R> visitor) {
            return visitor.fullyConnected(this);
        }
    }

    /** Sum of two tensors, element by element; either may be broadcast along axes where its extent is 1. */
    record Add(Activation activation) implements Activated, Summing {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.broadcast(inputs);
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.FITTED_TO_ONE_WIDTH;
        }

        @Override
        public Add with(Activation other) {
            return new Add(other);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.add(this);
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

        @Override
        public ResultGrid grid() {
            return ResultGrid.OF_INPUT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.pad(this);
        }
    }

    /**
     * Mean over the window's positions inside the input: padding is not counted. Without padding the number of positions is
     * a constant, so that the sum becomes a code of any grid in one rounding; with it the result keeps the input's.
     */
    record AveragePool(Window window, Activation activation) implements Activated, Sliding, Summing {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            return Shapes.slide(window, input, input.channels());
        }

        @Override
        public ResultGrid grid() {
            return window.isPadded() ? ResultGrid.OF_INPUT : ResultGrid.FITTED_TO_ONE_WIDTH;
        }

        @Override
        public AveragePool with(Activation other) {
            return new AveragePool(window, other);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.averagePool(this);
        }
    }

    /** Largest value of the window's positions inside the input. */
    record MaxPool(Window window, Activation activation) implements Activated, Sliding {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            return Shapes.slide(window, input, input.channels());
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.OF_INPUT;
        }

        @Override
        public MaxPool with(Activation other) {
            return new MaxPool(window, other);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.maxPool(this);
        }
    }

    /** Mean over height and width: 1×1×channels. */
    record Mean() implements Summing {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return TensorShape.vector(Shapes.only(inputs).channels());
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.FITTED_TO_ONE_WIDTH;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.mean(this);
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

        @Override
        public ResultGrid grid() {
            return ResultGrid.OF_INPUT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.reshape(this);
        }
    }

    /** Batch normalization that stands alone. */
    record BatchNorm(ChannelNormalization normalization) implements Operator {
        @Override
        public Optional<BatchNorm> batchNormalization() {
            return Optional.of(this);
        }

        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            TensorShape input = Shapes.only(inputs);
            int channels = normalization.gain().size();
            Require.that(input.channels() == channels, () -> "expected " + channels + " channels, got " + input);
            return input;
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.FITTED;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.batchNorm(this);
        }
    }

    /** An activation that stands alone. */
    record Activate(Activation activation) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.OF_INPUT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.activate(this);
        }
    }

    /** A function of each value by itself. Its integers are a table, from codes of any width to codes of any other. */
    record Elementwise(ElementwiseFunction function) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.FITTED;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.elementwise(this);
        }
    }

    /** exp(β·x_c) / Σ exp(β·x) over the channels of each pixel. */
    record Softmax(double beta) implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.PROBABILITIES;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.softmax(this);
        }
    }

    /** The same real values under another quantization; nothing in float. */
    record Requantize() implements Operator {
        @Override
        public TensorShape outputShape(List<TensorShape> inputs) {
            return Shapes.only(inputs);
        }

        @Override
        public ResultGrid grid() {
            return ResultGrid.FITTED;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.requantize(this);
        }
    }
}
