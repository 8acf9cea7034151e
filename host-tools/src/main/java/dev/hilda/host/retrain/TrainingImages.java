// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.tensor.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The images of a network with one input: a tenth is held back to judge by. */
final class TrainingImages {
    private static final int HELD_BACK_EVERY = 10;
    private static final int LEAST = 20;

    /** Floats that are kept in memory; more images are read anew in every epoch. */
    private static final long MOST_KEPT = 1L << 28;

    private final String input;
    private final TensorShape shape;
    private final ActivationQuantization grid;
    private final FakeQuantizer quantizer;
    private final CalibrationData data;
    private final List<float[]> kept = new ArrayList<>();

    TrainingImages(Graph graph, ActivationQuantization grid, CalibrationData data) {
        require(graph, data.size());
        this.input = graph.input();
        this.shape = graph.inputShape();
        this.grid = grid;
        this.quantizer = new FakeQuantizer(grid.bits(), grid.zeroPoint());
        this.data = data;
        if ((long) data.size() * shape.elements() <= MOST_KEPT) {
            IntStream.range(0, data.size()).forEach(index -> kept.add(data.image(index)));
        }
    }

    static void require(Graph graph, int images) {
        if (graph.inputs().size() != 1) {
            throw new QuantizationException("retraining knows networks of one input, got "
                    + graph.inputs().size());
        }
        if (images < LEAST) {
            throw new QuantizationException("retraining needs at least " + LEAST + " images, got " + images
                    + "; a tenth is held back to judge by");
        }
    }

    private float[] image(int index) {
        return kept.isEmpty() ? data.image(index) : kept.get(index);
    }

    int size() {
        return data.size();
    }

    int[] trained() {
        return IntStream.range(0, data.size())
                .filter(index -> index % HELD_BACK_EVERY != HELD_BACK_EVERY - 1)
                .toArray();
    }

    int[] heldBack() {
        return IntStream.range(0, data.size())
                .filter(index -> index % HELD_BACK_EVERY == HELD_BACK_EVERY - 1)
                .toArray();
    }

    /** As they are. */
    DrawnImages plain(int[] indices) {
        float[] values = new float[indices.length * shape.elements()];
        for (int at = 0; at < indices.length; at++) {
            System.arraycopy(image(indices[at]), 0, values, at * shape.elements(), shape.elements());
        }
        float[] shares = new float[indices.length];
        Arrays.fill(shares, 1);
        return new DrawnImages(rounded(values, indices.length), indices, indices, shares);
    }

    /**
     * Augmented; mixed with each other.
     *
     * @param seeds one for each image
     * @param others index of the image that each is mixed with, sometimes
     */
    DrawnImages augmented(int[] indices, long[] seeds, int[] others) {
        Augmentation augmentation = new Augmentation(shape, grid);
        float[] values = new float[indices.length * shape.elements()];
        float[] shares = new float[indices.length];
        for (int at = 0; at < indices.length; at++) {
            Augmentation.Drawn drawn =
                    augmentation.draw(image(indices[at]), image(others[at]), new SplittableRandom(seeds[at]));
            System.arraycopy(drawn.values(), 0, values, at * shape.elements(), shape.elements());
            shares[at] = drawn.share();
        }
        return new DrawnImages(rounded(values, indices.length), indices, others, shares);
    }

    private Map<String, Batch> rounded(float[] values, int images) {
        float scale = (float) grid.scale();
        for (int index = 0; index < values.length; index++) {
            values[index] = quantizer.rounded(values[index], scale);
        }
        return Map.of(input, new Batch(shape, images, values));
    }
}
