// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Operator;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** MEAN over neighbouring axes, as an average over windows: one rounding, as TensorFlow Lite does it. */
final class MeanImport {
    private static final int HEIGHT = 0;
    private static final int WIDTH = 1;
    private static final int CHANNELS = 2;

    private MeanImport() {}

    static OperatorImport of(OperatorEntry node) {
        TensorShape input = node.input(0).activationShape();
        SortedSet<Integer> axes = axes(node);
        TensorShape output = node.output().activationShape();
        if (axes.equals(Set.of(HEIGHT, WIDTH))) {
            return OperatorImport.unary(node, new Operator.Mean());
        }
        if (!axes.contains(CHANNELS)) {
            Window window = axes.contains(HEIGHT) ? Window.of(input.height(), 1) : Window.of(1, input.width());
            return OperatorImport.unary(node, average(window)).then(new Operator.Reshape(output));
        }
        // The channels become pixels of one channel.
        int columns = axes.contains(WIDTH) ? input.width() * input.channels() : input.channels();
        TensorShape view = new TensorShape(input.elements() / columns, columns, 1);
        return OperatorImport.unary(node, average(Window.of(axes.contains(HEIGHT) ? view.height() : 1, columns)))
                .startingWith(new Operator.Reshape(view))
                .then(new Operator.Reshape(output));
    }

    private static Operator average(Window window) {
        return new Operator.AveragePool(window, Activation.NONE);
    }

    /** Of height, width and channels; axes of extent 1 are left out, as nothing is averaged over them. */
    private static SortedSet<Integer> axes(OperatorEntry node) {
        TensorEntry input = node.input(0);
        int rank = input.shape().size();
        ImportProblem.requireIntact(
                node.input(1).constantElements() <= rank,
                "at most " + rank + " axes",
                node.input(1).shape());
        SortedSet<Integer> axes = new TreeSet<>();
        for (long given : WeightImport.integers(node.input(1))) {
            long axis = given < 0 ? given + rank : given;
            ImportProblem.requireIntact(axis >= 0 && axis < rank, "an axis of " + rank, given);
            int ofShape = (int) axis + CHANNELS + 1 - rank;
            if (input.shape().get((int) axis) > 1 || isSpatialOfImage(rank, ofShape)) {
                axes.add(ofShape);
            }
        }
        boolean isGap = axes.contains(HEIGHT)
                && axes.contains(CHANNELS)
                && !axes.contains(WIDTH)
                && input.activationShape().width() > 1;
        if (isGap || axes.isEmpty() || axes.first() < HEIGHT) {
            throw new ImportProblem(
                    "the mean over neighbouring axes",
                    "axes " + Arrays.toString(WeightImport.integers(node.input(1))) + " of " + input.shape(),
                    "use global average pooling");
        }
        return axes;
    }

    /** A mean over height and width stays one, whatever their extent. */
    private static boolean isSpatialOfImage(int rank, int axis) {
        return rank == CHANNELS + 2 && (axis == HEIGHT || axis == WIDTH);
    }
}
