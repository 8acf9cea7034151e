// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.dataset.shapes.ShapeImage;
import dev.hilda.agent.dataset.shapes.ShapeKind;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains the network that HILDA brings along, on images that are each drawn once: cross entropy, Adam, a learning
 * rate that falls along a cosine in each of several cycles (Loshchilov and Hutter, "SGDR", ICLR 2017). One seed gives one network as far as the
 * order of floating-point additions is the same: on one machine with one number of threads.
 */
public final class ShapesTrainer {
    private static final int BATCH = 64;
    private static final double LEARNING_RATE = 3e-3;
    private static final int WARM_UP_STEPS = 50;
    private static final int REPORT_STEPS = 100;

    /** From which the moments of batch normalization at inference are measured. */
    private static final int MOMENT_BATCHES = 64;

    private static final int PIXELS = ShapeImage.SIZE * ShapeImage.SIZE * ShapeImage.CHANNELS;
    private static final int CLASSES = ShapeKind.values().length;

    private final long seed;
    private final List<Integer> cycleSteps;
    private final Consumer<String> announce;
    private final boolean batchNorm;

    /**
     * @param seed of the first training image; the initial weights are drawn from it as well
     * @param cycleSteps of each cycle, batches of {@value #BATCH} images
     * @param batchNorm whether the network has a batch normalization after every convolution, which stays unfolded
     * @param announce hears a line now and then
     */
    public ShapesTrainer(long seed, List<Integer> cycleSteps, boolean batchNorm, Consumer<String> announce) {
        this.seed = seed;
        this.batchNorm = batchNorm;
        this.cycleSteps = List.copyOf(cycleSteps);
        this.announce = announce;
    }

    /** Trains from the start, on a {@link dev.hilda.host.tensor.TensorRuntime} that was started; takes about 2 ms of one core an image. */
    public Graph train() {
        Graph graph = batchNorm ? ShapesNetwork.initialNormalized(seed) : normalized();
        long firstImage = seed;
        for (int steps : cycleSteps) {
            graph = cycle(graph, firstImage, steps);
            firstImage += (long) steps * BATCH;
        }
        return batchNorm ? frozen(graph, firstImage) : graph;
    }

    private Graph normalized() {
        TrainableGraph fresh = new TrainableGraph(ShapesNetwork.initial(seed));
        fresh.normalize(Batch.draw(seed, BATCH).images());
        return fresh.trained();
    }

    /** With moments of further images. */
    private static Graph frozen(Graph trained, long firstImage) {
        TrainableGraph network = TrainableGraph.overBatches(trained);
        RunningMoments moments = new RunningMoments();
        for (int batch = 0; batch < MOMENT_BATCHES; batch++) {
            moments.add(network.moments(
                    Batch.draw(firstImage + (long) batch * BATCH, BATCH).images()));
        }
        return moments.frozen(trained);
    }

    private Graph cycle(Graph start, long firstImage, int steps) {
        TrainableGraph network = batchNorm ? TrainableGraph.overBatches(start) : new TrainableGraph(start);
        AdamOptimizer optimizer = new AdamOptimizer();
        double loss = 0;
        for (int step = 0; step < steps; step++) {
            Batch batch = Batch.draw(firstImage + (long) step * BATCH, BATCH);
            TrainableGraph.Step result = network.step(batch.images(), batch.labels());
            optimizer.update(network, result.gradients(), learningRate(step, steps));
            loss += result.loss();
            if ((step + 1) % REPORT_STEPS == 0) {
                announce.accept("step %d of %d, loss %.4f".formatted(step + 1, steps, loss / REPORT_STEPS));
                loss = 0;
            }
        }
        return network.trained();
    }

    /** Share of the samples of a data set with labels that a classifier of the kind trained here gets right. */
    public static double accuracy(Graph graph, DataSet set) {
        TrainableGraph network = new TrainableGraph(graph);
        TensorShape shape = set.shape();
        int right = 0;
        for (int first = 0; first < set.size(); first += BATCH) {
            int count = Math.min(BATCH, set.size() - first);
            float[] values = new float[count * shape.elements()];
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                Sample sample = set.sample(first + i);
                System.arraycopy(sample.reals(), 0, values, i * shape.elements(), shape.elements());
                labels[i] = sample.label().orElse(-1);
            }
            INDArray images =
                    Nd4j.createFromArray(values).reshape('c', count, shape.height(), shape.width(), shape.channels());
            INDArray chosen = network.logits(images).argMax(1);
            for (int i = 0; i < count; i++) {
                right += chosen.getInt(i) == labels[i] ? 1 : 0;
            }
        }
        return (double) right / set.size();
    }

    private static double learningRate(int step, int steps) {
        double progress = (double) step / steps;
        double start = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
        return start * LEARNING_RATE * 0.5 * (1 + Math.cos(Math.PI * progress));
    }

    /** Images in [−1, 1) and one-hot labels. */
    private record Batch(INDArray images, INDArray labels) {
        static Batch draw(long firstSeed, int count) {
            float[] values = new float[count * PIXELS];
            INDArray labels = Nd4j.zeros(DataType.FLOAT, count, CLASSES);
            for (int i = 0; i < count; i++) {
                ShapeImage image = ShapeImage.draw(firstSeed + i);
                byte[] pixels = image.pixels();
                for (int p = 0; p < PIXELS; p++) {
                    values[i * PIXELS + p] = (Byte.toUnsignedInt(pixels[p]) - 128) / 128f;
                }
                labels.putScalar(i, image.label(), 1);
            }
            INDArray images = Nd4j.createFromArray(values)
                    .reshape('c', count, ShapeImage.SIZE, ShapeImage.SIZE, ShapeImage.CHANNELS);
            return new Batch(images, labels);
        }
    }
}
