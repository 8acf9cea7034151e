package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Operator;
import java.util.List;

/** What each operator computes, in float32 on batches. Products with weights run on ND4J, the rest is memory-bound. */
public final class FloatOperators {
    private FloatOperators() {}

    /**
     * The result of an operator.
     *
     * @param inputs in the operator's order, of one number of images
     */
    public static Batch run(Operator operator, List<Batch> inputs) {
        Batch input = inputs.get(0);
        TensorShape shape =
                operator.outputShape(inputs.stream().map(Batch::shape).toList());
        if (operator instanceof Operator.Weighted weighted) {
            return finish(weighted, accumulate(weighted, input));
        } else if (operator instanceof Operator.Add add) {
            return batch(shape, input, sum(input.values(), inputs.get(1).values(), add.activation()));
        } else if (operator instanceof Operator.Pad pad) {
            return Windows.pad(input, pad.top(), pad.bottom(), pad.left(), pad.right());
        } else if (operator instanceof Operator.AveragePool pool) {
            return Windows.pool(input, pool.window(), shape, pool.activation(), true);
        } else if (operator instanceof Operator.MaxPool pool) {
            return Windows.pool(input, pool.window(), shape, pool.activation(), false);
        } else if (operator instanceof Operator.Mean) {
            Window all = Window.of(input.shape().height(), input.shape().width());
            return Windows.pool(input, all, shape, Activation.NONE, true);
        } else if (operator instanceof Operator.Reshape) {
            return batch(shape, input, input.values());
        } else if (operator instanceof Operator.Requantize) {
            return input;
        } else if (operator instanceof Operator.Softmax softmax) {
            return batch(shape, input, softmax(input, softmax.beta()));
        } else if (operator instanceof Operator.Activate activate) {
            float[] values = input.values().clone();
            activate(values, activate.activation());
            return batch(shape, input, values);
        } else if (operator instanceof Operator.BatchNorm norm) {
            float[] values = input.values().clone();
            normalize(values, norm.normalization());
            return batch(shape, input, values);
        }
        throw new IllegalArgumentException("no float execution of " + operator);
    }

    /** Σ w·x + bias of a weighted operator, before normalization and activation. */
    public static Batch accumulate(Operator.Weighted operator, Batch input) {
        Batch sums = products(operator, input, operator.outputShape(List.of(input.shape())));
        addBias(operator, sums.values());
        return sums;
    }

    /** Normalization and activation of a weighted operator. The array of {@code sums} becomes the result's. */
    public static Batch finish(Operator.Weighted operator, Batch sums) {
        operator.normalization().ifPresent(given -> normalize(sums.values(), given));
        activate(sums.values(), operator.activation());
        return sums;
    }

    private static Batch products(Operator.Weighted operator, Batch input, TensorShape shape) {
        if (operator instanceof Operator.Convolution convolution) {
            return WeightedSums.convolution(convolution, input, shape);
        } else if (operator instanceof Operator.Depthwise depthwise) {
            return WeightedSums.depthwise(depthwise, input, shape);
        } else if (operator instanceof Operator.FullyConnected connected) {
            return WeightedSums.fullyConnected(connected, input, shape);
        }
        throw new IllegalArgumentException("no float execution of " + operator);
    }

    private static void addBias(Operator.Weighted operator, float[] values) {
        float[] bias = operator.bias().toArray();
        for (int index = 0; index < values.length; index += bias.length) {
            for (int channel = 0; channel < bias.length; channel++) {
                values[index + channel] += bias[channel];
            }
        }
    }

    private static void normalize(float[] values, ChannelNormalization normalization) {
        float[] gain = normalization.gain().toArray();
        float[] offset = normalization.offset().toArray();
        for (int index = 0; index < values.length; index += gain.length) {
            for (int channel = 0; channel < gain.length; channel++) {
                values[index + channel] = values[index + channel] * gain[channel] + offset[channel];
            }
        }
    }

    private static void activate(float[] values, Activation activation) {
        if (activation != Activation.NONE) {
            float highest = activation == Activation.RELU6 ? 6 : Float.MAX_VALUE;
            for (int index = 0; index < values.length; index++) {
                values[index] = Math.min(highest, Math.max(0, values[index]));
            }
        }
    }

    private static float[] sum(float[] left, float[] right, Activation activation) {
        float[] values = new float[left.length];
        for (int index = 0; index < values.length; index++) {
            values[index] = left[index] + right[index];
        }
        activate(values, activation);
        return values;
    }

    private static float[] softmax(Batch input, double beta) {
        int channels = input.shape().channels();
        float[] values = input.values().clone();
        for (int start = 0; start < values.length; start += channels) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int channel = 0; channel < channels; channel++) {
                largest = Math.max(largest, values[start + channel]);
            }
            double sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                double exponential = Math.exp(beta * (values[start + channel] - largest));
                values[start + channel] = (float) exponential;
                sum += exponential;
            }
            for (int channel = 0; channel < channels; channel++) {
                values[start + channel] = (float) (values[start + channel] / sum);
            }
        }
        return values;
    }

    private static Batch batch(TensorShape shape, Batch input, float[] values) {
        return new Batch(shape, input.images(), values);
    }
}
