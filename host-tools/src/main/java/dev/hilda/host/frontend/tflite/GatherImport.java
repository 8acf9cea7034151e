// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Operators that take elements of their input along each axis by itself: slices, parts, mirrored borders, repetitions. */
final class GatherImport {
    private GatherImport() {}

    static OperatorImport of(OperatorEntry node) {
        TensorEntry data = data(node);
        if (data.isConstant()) {
            throw new ImportProblem(
                    "a value that is made at run time",
                    "the constant " + data.name(),
                    "export the model with constants folded");
        }
        OperatorImport.requireOneGrid(data, node.output());
        Selection selection = Selection.of(node, data);
        ImportProblem.requireIntact(
                selection.shape().equals(node.output().shape()),
                "an output of " + selection.shape(),
                node.output().shape());
        Gather gather = gather(selection.kept());
        TensorShape taken = gather.outputShape(List.of(data.activationShape()));
        TensorShape output = node.output().activationShape();
        OperatorImport made = new OperatorImport(gather, List.of(data), Optional.empty());
        return taken.equals(output) ? made : made.then(new Operator.Reshape(output));
    }

    /** At most so many indices are needed for an operator: 0 for one of another kind. */
    static long indices(OperatorEntry node) {
        return switch (node.operator()) {
            case GATHER,
                    MIRROR_PAD,
                    RESIZE_BILINEAR,
                    RESIZE_NEAREST_NEIGHBOR,
                    REVERSE_V2,
                    SLICE,
                    SPLIT,
                    SPLIT_V,
                    STRIDED_SLICE,
                    TILE,
                    UNPACK -> extents(data(node)) + extents(node.output());
            default -> 0;
        };
    }

    private static long extents(TensorEntry tensor) {
        TensorShape shape = tensor.activationShape();
        return (long) shape.height() + shape.width() + shape.channels();
    }

    /** What it takes elements of. */
    private static TensorEntry data(OperatorEntry node) {
        return node.input(node.operator() == BuiltinOperator.SPLIT ? 1 : 0);
    }

    /** The last axis is that of channels, before it are those of width and height. */
    private static Gather gather(List<int[]> kept) {
        int rank = kept.size();
        if (rank > 2 && !Arrays.equals(kept.get(0), new int[1])) {
            throw new ImportProblem(
                    "elements of height, width and channels",
                    "of the batch",
                    "export the model with batch size 1 and without operators across the batch");
        }
        int[] only = {0};
        return new Gather(
                Ints.of(rank == 4 ? kept.get(1) : only),
                Ints.of(rank >= 2 ? kept.get(rank - 2) : only),
                Ints.of(kept.get(rank - 1)));
    }
}
