// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Derivatives along random directions against differences of what the operators compute. */
class GradientsTest {
    private static final float STEP = 1 / 64f;
    private static final double RELATIVE = 2e-3;

    @Property(tries = 60)
    void shouldDifferentiateConvolutions(@ForAll long seed) {
        Random random = new Random(seed);
        TensorShape shape = shape(random);
        int outputs = 1 + random.nextInt(5);
        Window window = window(random, shape);
        requireWeighted(
                random,
                new Operator.Convolution(
                        window,
                        tensor(random, outputs, window.kernelHeight(), window.kernelWidth(), shape.channels()),
                        tensor(random, outputs),
                        Optional.empty(),
                        Activation.NONE),
                batch(random, shape));
    }

    @Property(tries = 60)
    void shouldDifferentiateDepthwiseConvolutions(@ForAll long seed) {
        Random random = new Random(seed);
        TensorShape shape = shape(random);
        int outputs = shape.channels() * (1 + random.nextInt(2));
        Window window = window(random, shape);
        requireWeighted(
                random,
                new Operator.Depthwise(
                        window,
                        tensor(random, window.kernelHeight(), window.kernelWidth(), outputs),
                        tensor(random, outputs),
                        Optional.empty(),
                        Activation.NONE),
                batch(random, shape));
    }

    @Property(tries = 20)
    void shouldDifferentiateFullyConnectedLayers(@ForAll long seed) {
        Random random = new Random(seed);
        TensorShape shape = shape(random);
        int outputs = 1 + random.nextInt(5);
        requireWeighted(
                random,
                new Operator.FullyConnected(
                        tensor(random, outputs, shape.elements()),
                        tensor(random, outputs),
                        Optional.empty(),
                        Activation.NONE),
                batch(random, shape));
    }

    @Property(tries = 60)
    void shouldDifferentiateEverythingElseByItsInputs(@ForAll long seed) {
        Random random = new Random(seed);
        TensorShape shape = shape(random);
        Window window = window(random, shape);
        Batch one = batch(random, shape);
        Batch other = batch(random, shape);
        requireInputs(random, new Operator.Add(Activation.NONE), List.of(one, other));
        requireInputs(random, new Subtract(Activation.NONE), List.of(one, other));
        requireInputs(random, new Multiply(Activation.NONE), List.of(one, other));
        for (Axis axis : Axis.values()) {
            requireInputs(random, new Concatenation(axis), List.of(one, other, one));
        }
        requireInputs(random, new Operator.Pad(1, 2, 0, 3), List.of(one));
        requireInputs(random, new Operator.AveragePool(window, Activation.NONE), List.of(one));
        requireInputs(random, new Operator.MaxPool(window, Activation.NONE), List.of(apart(random, shape)));
        requireInputs(random, new Operator.Mean(), List.of(one));
        requireInputs(random, new Operator.Reshape(TensorShape.vector(shape.elements())), List.of(one));
        for (Activation activation : Activation.values()) {
            requireInputs(random, new Operator.Activate(activation), List.of(apart(random, shape)));
        }
        requireInputs(
                random,
                new Operator.BatchNorm(
                        new ChannelNormalization(tensor(random, shape.channels()), tensor(random, shape.channels()))),
                List.of(one));
    }

    private static void requireWeighted(Random random, Operator.Weighted operator, Batch input) {
        Batch made = FloatOperators.accumulate(operator, input);
        float[] outer = gaussian(random, made.values().length);
        WeightedGradients gradients = new WeightedGradients(input, outer, true);
        float[] ofWeights = operator.accept((Operator.WeightedVisitor<float[]>) gradients);
        float[] direction = gaussian(random, operator.weights().size());
        double difference = dot(outer, FloatOperators.accumulate(moved(operator, direction, STEP), input))
                - dot(outer, FloatOperators.accumulate(moved(operator, direction, -STEP), input));
        requireEqual(difference / (2 * STEP), dot(ofWeights, direction), "by the weights of " + operator);
        requireAlong(
                random,
                List.of(input),
                List.of(gradients.ofInput()),
                outer,
                moved -> FloatOperators.accumulate(operator, moved.get(0)),
                operator);
    }

    private static Operator.Weighted moved(Operator.Weighted operator, float[] direction, float step) {
        return operator.with(
                new FloatTensor(
                        operator.weights().shape(), moved(operator.weights().toArray(), direction, step)),
                operator.bias(),
                Optional.empty(),
                Activation.NONE);
    }

    private static void requireInputs(Random random, Operator operator, List<Batch> inputs) {
        Batch made = FloatOperators.run(operator, inputs);
        float[] outer = gaussian(random, made.values().length);
        List<float[]> found =
                operator.accept(new InputGradients(inputs, new Batch(made.shape(), made.images(), outer)));
        requireAlong(random, inputs, found, outer, moved -> FloatOperators.run(operator, moved), operator);
    }

    private interface Function {
        Batch of(List<Batch> inputs);
    }

    private static void requireAlong(
            Random random, List<Batch> inputs, List<float[]> found, float[] outer, Function function, Operator named) {
        for (int index = 0; index < inputs.size(); index++) {
            Batch input = inputs.get(index);
            float[] direction = gaussian(random, input.values().length);
            List<Batch> ahead = new ArrayList<>(inputs);
            ahead.set(index, new Batch(input.shape(), input.images(), moved(input.values(), direction, STEP)));
            List<Batch> behind = new ArrayList<>(inputs);
            behind.set(index, new Batch(input.shape(), input.images(), moved(input.values(), direction, -STEP)));
            double difference = dot(outer, function.of(ahead)) - dot(outer, function.of(behind));
            requireEqual(
                    difference / (2 * STEP), dot(found.get(index), direction), "by input " + index + " of " + named);
        }
    }

    private static void requireEqual(double difference, double derivative, String what) {
        assertEquals(difference, derivative, RELATIVE * (1 + Math.abs(difference)) * 10, what);
    }

    private static double dot(float[] one, Batch other) {
        return dot(one, other.values());
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int index = 0; index < one.length; index++) {
            sum += (double) one[index] * other[index];
        }
        return sum;
    }

    private static float[] moved(float[] values, float[] direction, float step) {
        float[] moved = values.clone();
        for (int index = 0; index < moved.length; index++) {
            moved[index] += step * direction[index];
        }
        return moved;
    }

    private static TensorShape shape(Random random) {
        return new TensorShape(3 + random.nextInt(4), 3 + random.nextInt(4), 1 + random.nextInt(4));
    }

    private static Window window(Random random, TensorShape shape) {
        int height = 1 + random.nextInt(3);
        int width = 1 + random.nextInt(3);
        return Window.same(height, width, 1 + random.nextInt(2), 1 + random.nextInt(2), 1, 1, shape);
    }

    private static Batch batch(Random random, TensorShape shape) {
        return new Batch(shape, 2, gaussian(random, 2 * shape.elements()));
    }

    /** Values that no step of the test takes past one another, or past 0 or 6: maxima are differentiable there. */
    private static Batch apart(Random random, TensorShape shape) {
        float[] values = gaussian(random, 2 * shape.elements());
        for (int index = 0; index < values.length; index++) {
            values[index] = 4f * (index * 7919 % values.length - 3) + 1 + values[index] / 100;
        }
        return new Batch(shape, 2, values);
    }

    private static FloatTensor tensor(Random random, Integer... extents) {
        int size = List.of(extents).stream().reduce(1, Math::multiplyExact);
        return new FloatTensor(List.of(extents), gaussian(random, size));
    }

    private static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
