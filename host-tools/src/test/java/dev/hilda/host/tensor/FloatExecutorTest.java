// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatExecutorTest {
    private static final long SEED = 20_260_101;
    private final Random random = new Random(SEED);

    @Test
    void shouldEqualTheDefinitionOfConvolution() {
        for (int trial = 0; trial < 60; trial++) {
            TensorShape input = new TensorShape(range(1, 9), range(1, 9), range(1, 5));
            Window window = window(input);
            int outputs = range(1, 6);
            FloatTensor weights = tensor(outputs, window.kernelHeight(), window.kernelWidth(), input.channels());
            Operator.Convolution operator = new Operator.Convolution(
                    window, weights, tensor(outputs), normalization(outputs), activation(trial));
            int images = range(1, 3);
            Batch batch = batch(input, images);
            Batch actual = FloatOperators.run(operator, List.of(batch));
            assertClose(naive(operator, batch, 0), actual, "seed " + SEED + " trial " + trial + " " + operator);
        }
    }

    @Test
    void shouldEqualTheDefinitionOfDepthwiseConvolution() {
        for (int trial = 0; trial < 60; trial++) {
            TensorShape input = new TensorShape(range(1, 9), range(1, 9), range(1, 5));
            Window window = window(input);
            int outputs = input.channels() * range(1, 3);
            Operator.Depthwise operator = new Operator.Depthwise(
                    window,
                    tensor(window.kernelHeight(), window.kernelWidth(), outputs),
                    tensor(outputs),
                    normalization(outputs),
                    activation(trial));
            Batch batch = batch(input, range(1, 3));
            Batch actual = FloatOperators.run(operator, List.of(batch));
            assertClose(
                    naive(operator, batch, outputs / input.channels()),
                    actual,
                    "seed " + SEED + " trial " + trial + " " + operator);
        }
    }

    @Test
    void shouldCountOnlyPositionsInsideTheInputWhenPooling() {
        Batch input = new Batch(new TensorShape(2, 2, 1), 1, new float[] {-1, 2, 3, -4});
        Window window = new Window(2, 2, 1, 1, 1, 1, 1, 0, 0, 1);
        assertArrayEquals(
                new float[] {0.5f, 2, 0, -1},
                FloatOperators.run(new Operator.AveragePool(window, Activation.NONE), List.of(input))
                        .values());
        assertArrayEquals(
                new float[] {2, 2, 3, 2},
                FloatOperators.run(new Operator.MaxPool(window, Activation.NONE), List.of(input))
                        .values());
        Batch negative = new Batch(new TensorShape(1, 2, 1), 1, new float[] {-1, -4});
        Window single = new Window(1, 2, 2, 2, 1, 1, 0, 0, 1, 1);
        assertArrayEquals(
                new float[] {-1, -4},
                FloatOperators.run(new Operator.MaxPool(single, Activation.NONE), List.of(negative))
                        .values());
    }

    @Test
    void shouldRunAGraphInOrderAndShowEveryValueOnce() {
        TensorShape shape = new TensorShape(3, 4, 2);
        Graph graph = new Graph(
                "net",
                "in",
                shape,
                List.of(
                        new Node("pad", new Operator.Pad(1, 0, 0, 2), List.of("in"), "padded"),
                        new Node("relu", new Operator.Activate(Activation.RELU), List.of("in"), "relu"),
                        new Node("add", new Operator.Add(Activation.RELU6), List.of("relu", "in"), "sum"),
                        new Node("mean", new Operator.Mean(), List.of("sum"), "mean"),
                        new Node("softmax", new Operator.Softmax(2), List.of("mean"), "out")),
                "out");
        Batch images = batch(shape, 2);
        List<String> seen = new ArrayList<>();
        Batch output = new FloatExecutor(graph).run(images, (name, value) -> seen.add(name + value.shape()));
        assertEquals(List.of("in3x4x2", "padded4x6x2", "relu3x4x2", "sum3x4x2", "mean1x1x2", "out1x1x2"), seen);
        for (int image = 0; image < 2; image++) {
            double[] means = new double[2];
            for (int index = 0; index < 24; index++) {
                float value = images.values()[image * 24 + index];
                means[index % 2] += Math.min(6, Math.max(0, value + Math.max(0, value))) / 12;
            }
            double first = 1 / (1 + Math.exp(2 * (means[1] - means[0])));
            assertEquals(first, output.values()[image * 2], 1e-5);
            assertEquals(1 - first, output.values()[image * 2 + 1], 1e-5);
        }
    }

    /** Two images of 2×2 pixels. */
    @Test
    void shouldTakeAndMixElementsOfEachImageByItself() {
        Batch images = new Batch(new TensorShape(2, 2, 1), 2, new float[] {1, 2, 3, 4, 10, 20, 30, 40});
        Gather turned = new Gather(Ints.of(1), Ints.of(1, 0, 1), Ints.of(0));
        assertArrayEquals(
                new float[] {4, 3, 4, 40, 30, 40},
                FloatOperators.run(turned, List.of(images)).values());
        Interpolation near = new Interpolation(Ints.of(0), Ints.of(1), FloatTensor.vector(0.25f));
        Interpolation far = new Interpolation(Ints.of(0), Ints.of(1), FloatTensor.vector(0.5f));
        assertArrayEquals(
                new float[] {2, 20},
                FloatOperators.run(new Interpolate(near, far), List.of(images)).values());
    }

    /** Straight from the operators' definitions (INTEGER.md with real numbers). */
    private static Batch naive(Operator.Weighted operator, Batch input, int multiplier) {
        Window window = operator instanceof Operator.Convolution convolution
                ? convolution.window()
                : ((Operator.Depthwise) operator).window();
        TensorShape in = input.shape();
        TensorShape out = operator.outputShape(List.of(in));
        float[] result = new float[input.images() * out.elements()];
        for (int index = 0; index < result.length; index++) {
            int channel = index % out.channels();
            int x = index / out.channels() % out.width();
            int y = index / out.channels() / out.width() % out.height();
            int image = index / out.elements();
            double sum = operator.bias().get(channel);
            for (int tap = 0; tap < window.taps(); tap++) {
                int inY = y * window.strideHeight()
                        + tap / window.kernelWidth() * window.dilationHeight()
                        - window.padTop();
                int inX = x * window.strideWidth()
                        + tap % window.kernelWidth() * window.dilationWidth()
                        - window.padLeft();
                if (inY < 0 || inX < 0 || inY >= in.height() || inX >= in.width()) {
                    continue;
                }
                int pixel = image * in.elements() + (inY * in.width() + inX) * in.channels();
                if (multiplier > 0) {
                    sum += operator.weights().get(tap * out.channels() + channel)
                            * input.values()[pixel + channel / multiplier];
                } else {
                    for (int from = 0; from < in.channels(); from++) {
                        sum += operator.weights().get((channel * window.taps() + tap) * in.channels() + from)
                                * input.values()[pixel + from];
                    }
                }
            }
            if (operator.normalization().isPresent()) {
                ChannelNormalization given = operator.normalization().orElseThrow();
                sum = sum * given.gain().get(channel) + given.offset().get(channel);
            }
            result[index] = (float) operator.activation().of(sum);
        }
        return new Batch(out, input.images(), result);
    }

    private static void assertClose(Batch expected, Batch actual, String what) {
        assertEquals(expected.shape(), actual.shape(), what);
        assertArrayEquals(expected.values(), actual.values(), 2e-4f, what);
    }

    private Window window(TensorShape input) {
        while (true) {
            Window window = new Window(
                    range(1, 4),
                    range(1, 4),
                    range(1, 3),
                    range(1, 3),
                    range(1, 2),
                    range(1, 2),
                    range(0, 2),
                    range(0, 2),
                    range(0, 2),
                    range(0, 2));
            int spanY = window.dilationHeight() * (window.kernelHeight() - 1) + 1;
            int spanX = window.dilationWidth() * (window.kernelWidth() - 1) + 1;
            if (spanY <= input.height() + window.padTop() + window.padBottom()
                    && spanX <= input.width() + window.padLeft() + window.padRight()) {
                return window;
            }
        }
    }

    private Optional<ChannelNormalization> normalization(int channels) {
        return random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new ChannelNormalization(tensor(channels), tensor(channels)));
    }

    private static Activation activation(int trial) {
        return List.of(Activation.NONE, Activation.RELU, Activation.RELU6).get(trial % 3);
    }

    private Batch batch(TensorShape shape, int images) {
        return new Batch(shape, images, tensor(images * shape.elements()).toArray());
    }

    private FloatTensor tensor(Integer... extents) {
        int size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        float[] values = new float[size];
        for (int index = 0; index < size; index++) {
            values[index] = (float) random.nextGaussian() * 2;
        }
        return new FloatTensor(List.of(extents), values);
    }

    private int range(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }
}
