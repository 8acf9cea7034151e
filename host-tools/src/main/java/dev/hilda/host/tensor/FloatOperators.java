// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import java.util.List;

/** What each operator computes, in float32 on batches. The same inputs give the same bits on every machine. */
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
        return operator.accept(new Execution(inputs, input, shape));
    }

    private record Execution(List<Batch> inputs, Batch input, TensorShape shape) implements Operator.Visitor<Batch> {
        @Override
        public Batch convolution(Operator.Convolution operator) {
            return finish(operator, accumulate(operator, input));
        }

        @Override
        public Batch depthwise(Operator.Depthwise operator) {
            return finish(operator, accumulate(operator, input));
        }

        @Override
        public Batch fullyConnected(Operator.FullyConnected operator) {
            return finish(operator, accumulate(operator, input));
        }

        @Override
        public Batch add(Operator.Add operator) {
            return pair(operator.activation(), Float::sum);
        }

        @Override
        public Batch subtract(Subtract operator) {
            return pair(operator.activation(), (one, other) -> one - other);
        }

        @Override
        public Batch multiply(Multiply operator) {
            return pair(operator.activation(), (one, other) -> one * other);
        }

        private Batch pair(Activation activation, ElementPairs.Function function) {
            float[] values = ElementPairs.combined(input, inputs.get(1), shape, function);
            FloatOperators.activate(values, activation);
            return batch(values);
        }

        @Override
        public Batch concatenation(Concatenation operator) {
            return batch(FloatOperators.concatenated(inputs, input.images() * operator.runs(shape)));
        }

        @Override
        public Batch gather(Gather operator) {
            return batch(FloatOperators.gathered(operator, input));
        }

        @Override
        public Batch interpolate(Interpolate operator) {
            return batch(FloatOperators.interpolated(operator, input));
        }

        @Override
        public Batch pad(Operator.Pad operator) {
            return Windows.pad(input, operator.top(), operator.bottom(), operator.left(), operator.right());
        }

        @Override
        public Batch averagePool(Operator.AveragePool operator) {
            return Windows.pool(input, operator.window(), shape, operator.activation(), true);
        }

        @Override
        public Batch maxPool(Operator.MaxPool operator) {
            return Windows.pool(input, operator.window(), shape, operator.activation(), false);
        }

        @Override
        public Batch mean(Operator.Mean operator) {
            Window all = Window.of(input.shape().height(), input.shape().width());
            return Windows.pool(input, all, shape, Activation.NONE, true);
        }

        @Override
        public Batch reshape(Operator.Reshape operator) {
            return batch(input.values());
        }

        @Override
        public Batch requantize(Operator.Requantize operator) {
            return input;
        }

        @Override
        public Batch softmax(Operator.Softmax operator) {
            return batch(FloatOperators.softmax(input, operator.beta()));
        }

        @Override
        public Batch prelu(Prelu operator) {
            float[] values = input.values().clone();
            for (int index = 0; index < values.length; index++) {
                values[index] = (float) operator.of(values[index], index % shape.channels());
            }
            return batch(values);
        }

        @Override
        public Batch activate(Operator.Activate operator) {
            float[] values = input.values().clone();
            FloatOperators.activate(values, operator.activation());
            return batch(values);
        }

        @Override
        public Batch elementwise(Operator.Elementwise operator) {
            float[] values = input.values().clone();
            for (int index = 0; index < values.length; index++) {
                values[index] = (float) operator.function().of(values[index]);
            }
            return batch(values);
        }

        @Override
        public Batch batchNorm(Operator.BatchNorm operator) {
            float[] values = input.values().clone();
            normalize(values, operator.normalization());
            return batch(values);
        }

        private Batch batch(float[] values) {
            return new Batch(shape, input.images(), values);
        }
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
        return operator.accept(new Operator.WeightedVisitor<Batch>() {
            @Override
            public Batch convolution(Operator.Convolution convolution) {
                return WeightedSums.convolution(convolution, input, shape);
            }

            @Override
            public Batch depthwise(Operator.Depthwise depthwise) {
                return WeightedSums.depthwise(depthwise, input, shape);
            }

            @Override
            public Batch fullyConnected(Operator.FullyConnected dense) {
                return WeightedSums.fullyConnected(dense, input, shape);
            }
        });
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

    /** @param runs of each input, one after the other in turn */
    private static float[] concatenated(List<Batch> inputs, int runs) {
        float[] values = new float
                [inputs.stream().mapToInt(input -> input.values().length).sum()];
        int filled = 0;
        for (int run = 0; run < runs; run++) {
            for (Batch input : inputs) {
                int length = input.values().length / runs;
                System.arraycopy(input.values(), run * length, values, filled, length);
                filled += length;
            }
        }
        return values;
    }

    private static float[] gathered(Gather operator, Batch input) {
        TensorShape shape = input.shape();
        int[] rows = operator.rows().toArray();
        int[] columns = operator.columns().toArray();
        int[] channels = operator.channels().toArray();
        float[] values = new float[input.images() * rows.length * columns.length * channels.length];
        int filled = 0;
        for (int image = 0; image < input.images(); image++) {
            for (int row : rows) {
                for (int column : columns) {
                    int pixel = (image * shape.height() + row) * shape.width() + column;
                    for (int channel : channels) {
                        values[filled++] = input.values()[pixel * shape.channels() + channel];
                    }
                }
            }
        }
        return values;
    }

    private static float[] interpolated(Interpolate operator, Batch input) {
        Interpolation rows = operator.rows();
        Interpolation columns = operator.columns();
        int height = input.shape().height();
        int width = input.shape().width();
        int channels = input.shape().channels();
        float[] read = input.values();
        float[] values = new float[input.images() * rows.size() * columns.size() * channels];
        int filled = 0;
        for (int image = 0; image < input.images(); image++) {
            for (int y = 0; y < rows.size(); y++) {
                int lower = (image * height + rows.lower().get(y)) * width;
                int upper = (image * height + rows.upper().get(y)) * width;
                float down = rows.fractions().get(y);
                for (int x = 0; x < columns.size(); x++) {
                    int left = columns.lower().get(x);
                    int right = columns.upper().get(x);
                    float across = columns.fractions().get(x);
                    for (int channel = 0; channel < channels; channel++) {
                        values[filled++] = read[(lower + left) * channels + channel] * (1 - down) * (1 - across)
                                + read[(upper + left) * channels + channel] * down * (1 - across)
                                + read[(lower + right) * channels + channel] * (1 - down) * across
                                + read[(upper + right) * channels + channel] * down * across;
                    }
                }
            }
        }
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
                double exponential = StrictMath.exp(beta * (values[start + channel] - largest));
                values[start + channel] = (float) exponential;
                sum += exponential;
            }
            for (int channel = 0; channel < channels; channel++) {
                values[start + channel] = (float) (values[start + channel] / sum);
            }
        }
        return values;
    }
}
