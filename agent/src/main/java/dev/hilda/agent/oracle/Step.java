// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightedLayer;
import java.util.Arrays;
import java.util.List;

/** A layer made ready to run: one class per operator, holding what does not depend on the input. */
interface Step {
    /**
     * Computes the layer's output.
     *
     * @param tensors codes by tensor index, height, width, channel; those the layer reads are there and stay as they are
     */
    int[] run(int[][] tensors);

    static Step of(Layer layer, List<Tensor> tensors) {
        return layer.accept(new Choice(tensors.get(layer.inputs().get(0)), tensors.get(layer.output()), tensors));
    }

    /** The step of each kind of layer. */
    record Choice(Tensor in, Tensor out, List<Tensor> tensors) implements Layer.Visitor<Step> {
        @Override
        public Step convolution(ConvolutionLayer layer) {
            return new ConvolutionStep(layer, in, out);
        }

        @Override
        public Step depthwise(DepthwiseLayer layer) {
            return new DepthwiseStep(layer, in, out);
        }

        @Override
        public Step add(AddLayer layer) {
            return values -> Step.add(layer, values[layer.first()], values[layer.second()]);
        }

        @Override
        public Step sum(SumLayer layer) {
            PairStep step = new PairStep(in, tensors.get(layer.second()), out);
            return values -> step.sum(layer, values[layer.first()], values[layer.second()]);
        }

        @Override
        public Step product(ProductLayer layer) {
            PairStep step = new PairStep(in, tensors.get(layer.second()), out);
            return values -> step.product(layer, values[layer.first()], values[layer.second()]);
        }

        @Override
        public Step concatenation(ConcatenationLayer layer) {
            return new ConcatenationStep(layer, tensors)::run;
        }

        @Override
        public Step gather(GatherLayer layer) {
            int[] sources = Step.sources(layer, in);
            return values -> Arrays.stream(sources)
                    .map(source -> values[layer.input()][source])
                    .toArray();
        }

        @Override
        public Step interpolate(InterpolateLayer layer) {
            InterpolateStep step = new InterpolateStep(layer, in, out);
            return values -> step.run(values[layer.input()]);
        }

        @Override
        public Step rescale(RescaleLayer layer) {
            return values -> Step.rescale(layer, values[layer.input()]);
        }

        @Override
        public Step lookup(LookupLayer layer) {
            int[] table = layer.codes().toArray();
            return values -> Arrays.stream(values[layer.input()])
                    .map(code -> table[code])
                    .toArray();
        }

        @Override
        public Step averagePool(AveragePoolLayer layer) {
            PoolStep step = new PoolStep(layer.window(), in.shape(), out.shape());
            return values -> step.average(layer, values[layer.input()]);
        }

        @Override
        public Step mean(MeanLayer layer) {
            PoolStep step = new PoolStep(layer.window(), in.shape(), out.shape());
            Requantizer requantizer = new Requantizer(layer.requantization());
            return values -> step.mean(requantizer, in.zeroPoint(), values[layer.input()]);
        }

        @Override
        public Step maxPool(MaxPoolLayer layer) {
            PoolStep step = new PoolStep(layer.window(), in.shape(), out.shape());
            return values -> step.max(layer, values[layer.input()]);
        }

        @Override
        public Step pad(PadLayer layer) {
            return values -> Step.pad(layer, in, out, values[layer.input()]);
        }

        @Override
        public Step reshape(ReshapeLayer layer) {
            return values -> values[layer.input()].clone();
        }

        @Override
        public Step softmax(SoftmaxLayer layer) {
            SoftmaxStep step = new SoftmaxStep(layer, in.shape().channels());
            return values -> step.run(values[layer.input()]);
        }

        @Override
        public Step prelu(PreluLayer layer) {
            PreluStep step = new PreluStep(layer, in);
            return values -> step.run(values[layer.input()]);
        }
    }

    private static int[] add(AddLayer layer, int[] first, int[] second) {
        int[] result = new int[first.length];
        for (int i = 0; i < result.length; i++) {
            int sum = layer.addend() + layer.firstMultiplier() * first[i] + layer.secondMultiplier() * second[i];
            result[i] = clamp(sum >> layer.rightShift(), layer.low(), layer.high());
        }
        return result;
    }

    private static int[] rescale(RescaleLayer layer, int[] codes) {
        int[] result = new int[codes.length];
        for (int i = 0; i < result.length; i++) {
            int sum = layer.addend() + layer.multiplier() * codes[i];
            result[i] = clamp(sum >> layer.rightShift(), layer.low(), layer.high());
        }
        return result;
    }

    private static int[] pad(PadLayer layer, Tensor in, Tensor out, int[] codes) {
        int[] result = new int[out.shape().elements()];
        Arrays.fill(result, in.zeroPoint());
        int channels = in.shape().channels();
        int rowElements = in.shape().width() * channels;
        for (int y = 0; y < in.shape().height(); y++) {
            int target = ((y + layer.top()) * out.shape().width() + layer.left()) * channels;
            System.arraycopy(codes, y * rowElements, result, target, rowElements);
        }
        return result;
    }

    /** Where each code of the output is in the input. */
    private static int[] sources(GatherLayer layer, Tensor in) {
        int[] columns = layer.columns().toArray();
        int[] channels = layer.channels().toArray();
        int[] sources = new int[layer.rows().size() * columns.length * channels.length];
        int filled = 0;
        for (int row : layer.rows().toArray()) {
            for (int column : columns) {
                int pixel = row * in.shape().width() + column;
                for (int channel : channels) {
                    sources[filled++] = pixel * in.shape().channels() + channel;
                }
            }
        }
        return sources;
    }

    /** One an output channel; thresholds have it in them. */
    static int[] bias(WeightedLayer layer) {
        return layer.requantization().hasThresholds()
                ? new int[layer.weights().outputChannels()]
                : layer.bias().toArray();
    }

    static int clamp(int value, int low, int high) {
        return Math.max(low, Math.min(high, value));
    }
}
