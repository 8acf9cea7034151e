// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Layers that choose among the rows, columns and channels of a network's last tensor, or mix them. */
final class RandomGathers {
    private static final int MAX_LONGER = 12;
    private static final int CODES_OF_A_BYTE = 4;

    private final RandomLayers layers;
    private final SplittableRandom random;

    RandomGathers(RandomLayers layers, SplittableRandom random) {
        this.layers = layers;
        this.random = random;
    }

    void gather() {
        Tensor in = layers.last();
        int input = layers.tensors().size() - 1;
        TensorShape shape = in.shape();
        int[] rows = indices(shape.height(), shape.width() * shape.channels());
        int[] columns = indices(shape.width(), rows.length * shape.channels());
        // Mostly where codes do not begin at bytes.
        boolean packed = in.bits() < Byte.SIZE && random.nextInt(4) > 0;
        int[] channels = packed ? part(shape.channels()) : indices(shape.channels(), rows.length * columns.length);
        layers.alike(new TensorShape(rows.length, columns.length, channels.length), in);
        layers.add(
                new GatherLayer(layers.name(), input, input + 1, Ints.of(rows), Ints.of(columns), Ints.of(channels)));
    }

    void interpolate() {
        Tensor in = layers.last();
        int input = layers.tensors().size() - 1;
        TensorShape shape = in.shape();
        Positions rows = positions(shape.height(), shape.width() * shape.channels());
        int height = rows.lower().size();
        Positions columns = positions(shape.width(), height * shape.channels());
        int width = columns.lower().size();
        layers.alike(new TensorShape(height, width, shape.channels()), in);
        int threshold = layers.tieThreshold(in.bits());
        layers.add(new InterpolateLayer(layers.name(), input, input + 1, rows, columns, threshold));
    }

    /** Mostly as a map is made larger or smaller; at times any two of the input. */
    private Positions positions(int extent, int each) {
        int[] lower = indices(extent, each);
        boolean any = random.nextInt(4) == 0;
        int[] upper =
                made(lower.length, index -> any ? random.nextInt(extent) : Math.min(extent - 1, lower[index] + 1));
        int[] fractions = made(lower.length, index -> switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> InterpolateLayer.ONE / 2;
            default -> random.nextInt(InterpolateLayer.ONE + 1);
        });
        return new Positions(Ints.of(lower), Ints.of(upper), Ints.of(fractions));
    }

    /**
     * What operators choose of an axis: all of it, a part, each several times, mirrored at its ends, or anything.
     *
     * @param each elements that an index stands for
     */
    private int[] indices(int extent, int each) {
        int room = Math.max(0, RandomLayers.MAX_OUTPUT_ELEMENTS / each - extent);
        int more = Math.min(MAX_LONGER, room);
        return switch (random.nextInt(6)) {
            case 0, 1 -> made(extent, index -> index);
            case 2 -> part(extent);
            case 3 -> {
                int length = 1 + random.nextInt(extent + more);
                yield made(length, index -> index * extent / length);
            }
            case 4 -> {
                int before = random.nextInt(Math.min(extent, more / 2 + 1));
                int after = random.nextInt(Math.min(extent, more / 2 + 1));
                yield made(before + extent + after, index -> {
                    int from = Math.abs(index - before);
                    return from < extent ? from : 2 * (extent - 1) - from;
                });
            }
            default -> {
                int length = 1 + random.nextInt(extent + more);
                yield made(length, index -> random.nextInt(extent));
            }
        };
    }

    /** With any step, from either end; often what remains from where a byte begins at any width. */
    private int[] part(int extent) {
        if (random.nextInt(3) == 0) {
            int start = random.nextInt((extent + CODES_OF_A_BYTE - 1) / CODES_OF_A_BYTE) * CODES_OF_A_BYTE;
            return made(extent - start, index -> start + index);
        }
        int first = random.nextInt(extent);
        int step = random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(3);
        boolean down = random.nextInt(4) == 0;
        int room = down ? first : extent - 1 - first;
        int length = 1 + random.nextInt(room / step + 1);
        return made(length, index -> first + (down ? -step : step) * index);
    }

    private static int[] made(int length, IntUnaryOperator index) {
        int[] indices = new int[length];
        Arrays.setAll(indices, index);
        return indices;
    }
}
