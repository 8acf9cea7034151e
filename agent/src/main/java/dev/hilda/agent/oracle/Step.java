package dev.hilda.agent.oracle;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.Tensor;
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
        Tensor in = tensors.get(layer.inputs().get(0));
        Tensor out = tensors.get(layer.output());
        if (layer instanceof ConvolutionLayer convolution) {
            return new ConvolutionStep(convolution, in, out);
        } else if (layer instanceof DepthwiseLayer depthwise) {
            return new DepthwiseStep(depthwise, in, out);
        } else if (layer instanceof AddLayer add) {
            return values -> add(add, values[add.first()], values[add.second()]);
        } else if (layer instanceof RescaleLayer rescale) {
            return values -> rescale(rescale, values[rescale.input()]);
        } else if (layer instanceof AveragePoolLayer pool) {
            PoolStep step = new PoolStep(pool.window(), in.shape(), out.shape());
            return values -> step.average(pool, values[pool.input()]);
        } else if (layer instanceof MaxPoolLayer pool) {
            PoolStep step = new PoolStep(pool.window(), in.shape(), out.shape());
            return values -> step.max(pool, values[pool.input()]);
        } else if (layer instanceof PadLayer pad) {
            return values -> pad(pad, in, out, values[pad.input()]);
        } else if (layer instanceof ReshapeLayer reshape) {
            return values -> values[reshape.input()].clone();
        } else if (layer instanceof SoftmaxLayer softmax) {
            SoftmaxStep step = new SoftmaxStep(softmax, in.shape().channels());
            return values -> step.run(values[softmax.input()]);
        }
        throw new IllegalArgumentException("no step for " + layer);
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

    static int clamp(int value, int low, int high) {
        return Math.max(low, Math.min(high, value));
    }
}
