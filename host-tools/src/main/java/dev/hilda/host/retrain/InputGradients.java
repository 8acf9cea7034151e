// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.tensor.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * Derivatives of operators without weights by each of their inputs.
 *
 * @param outer derivative by the result before its activation function
 */
record InputGradients(List<Batch> inputs, Batch outer) implements Operator.Visitor<List<float[]>> {
    private Batch input() {
        return inputs.get(0);
    }

    @Override
    public List<float[]> add(Operator.Add operator) {
        return List.of(outer.values(), outer.values());
    }

    @Override
    public List<float[]> subtract(Subtract operator) {
        float[] negative = outer.values().clone();
        for (int index = 0; index < negative.length; index++) {
            negative[index] = -negative[index];
        }
        return List.of(outer.values(), negative);
    }

    @Override
    public List<float[]> multiply(Multiply operator) {
        return List.of(
                product(outer.values(), inputs.get(1).values()),
                product(outer.values(), inputs.get(0).values()));
    }

    private static float[] product(float[] one, float[] other) {
        float[] product = new float[one.length];
        for (int index = 0; index < one.length; index++) {
            product[index] = one[index] * other[index];
        }
        return product;
    }

    @Override
    public List<float[]> concatenation(Concatenation operator) {
        List<float[]> parts = new ArrayList<>();
        inputs.forEach(one -> parts.add(new float[one.values().length]));
        int runs = outer.images() * operator.runs(outer.shape());
        int read = 0;
        for (int run = 0; run < runs; run++) {
            for (float[] part : parts) {
                int length = part.length / runs;
                System.arraycopy(outer.values(), read, part, run * length, length);
                read += length;
            }
        }
        return parts;
    }

    @Override
    public List<float[]> pad(Operator.Pad operator) {
        TensorShape inner = input().shape();
        TensorShape padded = outer.shape();
        float[] cut = new float[input().values().length];
        int row = inner.width() * inner.channels();
        for (int image = 0; image < outer.images(); image++) {
            for (int y = 0; y < inner.height(); y++) {
                int source = ((image * padded.height() + y + operator.top()) * padded.width() + operator.left())
                        * padded.channels();
                System.arraycopy(outer.values(), source, cut, (image * inner.height() + y) * row, row);
            }
        }
        return List.of(cut);
    }

    @Override
    public List<float[]> averagePool(Operator.AveragePool operator) {
        return List.of(new PoolGradients(input(), outer, operator.window()).ofMean());
    }

    @Override
    public List<float[]> maxPool(Operator.MaxPool operator) {
        return List.of(new PoolGradients(input(), outer, operator.window()).ofMaximum());
    }

    @Override
    public List<float[]> mean(Operator.Mean operator) {
        Window all = Window.of(input().shape().height(), input().shape().width());
        return List.of(new PoolGradients(input(), outer, all).ofMean());
    }

    @Override
    public List<float[]> reshape(Operator.Reshape operator) {
        return List.of(outer.values());
    }

    @Override
    public List<float[]> batchNorm(Operator.BatchNorm operator) {
        float[] scaled = outer.values().clone();
        int channels = outer.shape().channels();
        for (int index = 0; index < scaled.length; index++) {
            scaled[index] *= operator.normalization().gain().get(index % channels);
        }
        return List.of(scaled);
    }

    @Override
    public List<float[]> activate(Operator.Activate operator) {
        float[] passed = outer.values().clone();
        throughActivation(operator.activation(), input().values(), passed);
        return List.of(passed);
    }

    /**
     * In place: errors where an activation function is not flat.
     *
     * @param values before or after the function
     */
    static void throughActivation(Activation activation, float[] values, float[] slopes) {
        if (activation == Activation.NONE) {
            return;
        }
        // Positive floats are ordered as their bits; signs are as good as random, and a branch on them is mistaken half
        // of the
        // time.
        int end = Float.floatToRawIntBits(activation == Activation.RELU6 ? 6 : Float.POSITIVE_INFINITY);
        for (int index = 0; index < slopes.length; index++) {
            int bits = Float.floatToRawIntBits(values[index]);
            int kept = bits > 0 ? Float.floatToRawIntBits(slopes[index]) : 0;
            slopes[index] = Float.intBitsToFloat(bits < end ? kept : 0);
        }
    }

    @Override
    public List<float[]> requantize(Operator.Requantize operator) {
        return List.of(outer.values());
    }

    @Override
    public List<float[]> convolution(Operator.Convolution operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> depthwise(Operator.Depthwise operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> fullyConnected(Operator.FullyConnected operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> gather(Gather operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> interpolate(Interpolate operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> elementwise(Operator.Elementwise operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> softmax(Operator.Softmax operator) {
        throw unknown(operator);
    }

    @Override
    public List<float[]> prelu(Prelu operator) {
        throw unknown(operator);
    }

    /** {@link Trainability} refuses these, and those with weights are {@link WeightedGradients}. */
    private static IllegalStateException unknown(Operator operator) {
        return new IllegalStateException("no gradients by the inputs of " + operator);
    }
}
