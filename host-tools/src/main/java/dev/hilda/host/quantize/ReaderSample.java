// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.util.ArrayList;
import java.util.List;

/**
 * The error that the codes of a value leave in the result of the only node that reads it. Where a sum is cut off by its
 * activation function, an operand's error does not count; where an average keeps the grid, its rounding counts as well.
 */
final class ReaderSample {
    /** Values of an operand that are looked at. */
    private static final int MAX_VALUES = 1 << 18;

    private static final int MIN_IMAGES = 16;

    private final Node reader;
    private final TensorShape shape;
    private final int elementStride;
    private final int imageStride;
    private final List<float[]> parts = new ArrayList<>();
    private final List<float[]> otherParts = new ArrayList<>();
    private int imagesSeen;

    private ReaderSample(Node reader, TensorShape shape, int images) {
        this.reader = reader;
        long all = (long) images * shape.elements();
        int stride = (int) Math.max(1, all / MAX_VALUES);
        boolean sum = isSum(reader);
        // A stride prime to powers of two visits all channels and columns.
        this.elementStride = sum ? stride | 1 : 1;
        this.imageStride = sum ? 1 : Math.max(1, Math.min(stride, images / MIN_IMAGES));
        this.shape = sum ? new TensorShape(1, 1, 1) : shape;
    }

    /** A sample for values whose codes only a sum or an average pooling reads, none for others. */
    static List<ReaderSample> of(Graph graph, String value, int images) {
        List<Node> readers = graph.consumers(value);
        if (readers.size() != 1 || graph.isOutput(value)) {
            return List.of();
        }
        Node reader = readers.get(0);
        boolean isSampled =
                reader.operator() instanceof Operator.Summing && (!isSum(reader) || hasTwoOfOneShape(graph, reader));
        return isSampled ? List.of(new ReaderSample(reader, graph.shape(value), images)) : List.of();
    }

    private static boolean hasTwoOfOneShape(Graph graph, Node sum) {
        String first = sum.inputs().get(0);
        String second = sum.inputs().get(1);
        return !first.equals(second) && graph.shape(first).equals(graph.shape(second));
    }

    /** Else a mean of one input. */
    private static boolean isSum(Node reader) {
        return reader.inputs().size() == 2;
    }

    Node reader() {
        return reader;
    }

    void add(Batch own) {
        parts.add(taken(own));
        imagesSeen += own.images();
    }

    /** The other operand of a sum, of the same images. */
    void addOther(Batch other) {
        otherParts.add(taken(other));
    }

    private float[] taken(Batch batch) {
        float[] values = batch.values();
        if (isSum(reader)) {
            float[] some = new float[(values.length + elementStride - 1) / elementStride];
            for (int index = 0; index < some.length; index++) {
                some[index] = values[index * elementStride];
            }
            return some;
        }
        int elements = batch.shape().elements();
        int first = Math.floorMod(-imagesSeen, imageStride);
        int count = Math.max(0, (batch.images() - first + imageStride - 1) / imageStride);
        float[] some = new float[count * elements];
        for (int index = 0; index < count; index++) {
            System.arraycopy(values, (first + index * imageStride) * elements, some, index * elements, elements);
        }
        return some;
    }

    /** The grid whose codes leave the least error in the reader's result. */
    CodeGrid best(int bits, double least, double largest) {
        Batch own = joined(parts);
        List<Batch> others = otherParts.isEmpty() ? List.of() : List.of(joined(otherParts));
        float[] exact = result(own, others).values();
        boolean keepsGrid = reader.operator().grid() == ResultGrid.OF_INPUT;
        return RangeSearch.best(bits, least, largest, grid -> {
            float[] result =
                    result(LayerwiseQuantization.rounded(own, grid), others).values();
            double error = 0;
            for (int index = 0; index < exact.length; index++) {
                double difference = (keepsGrid ? grid.nearest(result[index]) : result[index]) - exact[index];
                error += difference * difference;
            }
            return error;
        });
    }

    private Batch result(Batch own, List<Batch> others) {
        List<Batch> inputs = new ArrayList<>(others);
        inputs.add(own);
        return FloatOperators.run(reader.operator(), inputs);
    }

    private Batch joined(List<float[]> pieces) {
        int length = pieces.stream().mapToInt(piece -> piece.length).sum();
        float[] all = new float[length];
        int filled = 0;
        for (float[] piece : pieces) {
            System.arraycopy(piece, 0, all, filled, piece.length);
            filled += piece.length;
        }
        return new Batch(shape, length / shape.elements(), all);
    }
}
