// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.Batch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReaderSampleTest {
    private static final TensorShape SHAPE = new TensorShape(4, 4, 3);
    private static final int IMAGES = 200;
    private final Random random = new Random(11);

    /** Of an operand that is seldom positive, a sum with ReLU keeps little more than the positive part. */
    @Test
    void shouldSpendNoCodesOnWhatTheSumCutsOff() {
        Operator sum = new Operator.Add(Activation.RELU);
        Graph graph = graph(new Node("add", sum, List.of("skip", "branch"), "end"));
        ReaderSample sample = ReaderSample.of(graph, "branch", IMAGES).get(0);
        Batch branch = values(-8, 5);
        Batch skip = values(1, 0.5);
        sample.add(branch);
        sample.addOther(skip);
        CodeGrid grid = sample.best(4, -30, 12);
        CodeGrid plain = plain(branch, -30, 12);
        String both = grid + " against " + plain;
        assertTrue(grid.value(0) > 0.6 * plain.value(0), both);
        assertTrue(sumError(branch, skip, grid) < 0.5 * sumError(branch, skip, plain), both);
    }

    /** The mean of values that are mostly small is small, and padded pooling rounds it to the grid of its input. */
    @Test
    void shouldGiveThePooledMeanMoreOfTheCodes() {
        Window padded = new Window(5, 5, 1, 1, 1, 1, 1, 0, 1, 0);
        Batch branch = values(0, 0.2);
        for (int index = 0; index < branch.values().length; index++) {
            branch.values()[index] = Math.abs(branch.values()[index]) * (index % 48 == 7 ? 12 : 1);
        }
        CodeGrid grid = pooled(branch, padded);
        assertEquals(0, grid.zeroPoint());
        CodeGrid plain = plain(branch, 0, 8);
        assertTrue(grid.scale() < plain.scale(), grid + " against " + plain);
        // The same means, whose codes are of another grid.
        CodeGrid free = pooled(branch, Window.of(4, 4));
        assertTrue(grid.scale() < 0.9 * free.scale(), grid + " against " + free);
    }

    private static CodeGrid pooled(Batch branch, Window window) {
        Operator pool = new Operator.AveragePool(window, Activation.NONE);
        Graph graph = graph(new Node("pool", pool, List.of("branch"), "end"));
        ReaderSample sample = ReaderSample.of(graph, "branch", IMAGES).get(0);
        sample.add(branch);
        return sample.best(4, 0, 8);
    }

    @Test
    void shouldLeaveAloneWhatWeightsRead() {
        Graph graph = graph(new Node("add", new Operator.Add(Activation.NONE), List.of("skip", "branch"), "end"));
        assertEquals(List.of(), ReaderSample.of(graph, "image", IMAGES));
        assertEquals(List.of(), ReaderSample.of(graph, "end", IMAGES));
    }

    private static CodeGrid plain(Batch batch, double least, double largest) {
        Histogram histogram = new Histogram();
        histogram.add(batch.values());
        return RangeSearch.best(4, least, largest, histogram::squaredError);
    }

    private static double sumError(Batch branch, Batch skip, CodeGrid grid) {
        double error = 0;
        for (int index = 0; index < branch.values().length; index++) {
            double other = skip.values()[index];
            double difference = Math.max(0, grid.nearest(branch.values()[index]) + other)
                    - Math.max(0, branch.values()[index] + other);
            error += difference * difference;
        }
        return error;
    }

    private Batch values(double mean, double deviation) {
        float[] values = new float[IMAGES * SHAPE.elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) (mean + deviation * random.nextGaussian());
        }
        return new Batch(SHAPE, IMAGES, values);
    }

    private static Graph graph(Node end) {
        Operator rescaled = new Operator.Activate(Activation.NONE);
        Node skip = new Node("skip", rescaled, List.of("image"), "skip");
        Node branch = new Node("branch", rescaled, List.of("image"), "branch");
        return new Graph("small", "image", SHAPE, List.of(skip, branch, end), "end");
    }
}
