// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Axis;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Concatenation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Concatenation of values that are made at run time. */
final class ConcatenationImport {
    private ConcatenationImport() {}

    static OperatorImport of(OperatorEntry node) {
        List<TensorEntry> inputs = new ArrayList<>();
        for (int position = 0; position < node.inputs().size(); position++) {
            TensorEntry input = node.input(position);
            if (input.isConstant()) {
                throw new ImportProblem(
                        "values to concatenate that are made at run time",
                        "the constant " + input.name(),
                        "export the model without constants beside its activations");
            }
            inputs.add(input);
        }
        int rank = node.input(0).shape().size();
        ImportProblem.requireIntact(
                inputs.stream().allMatch(input -> input.shape().size() == rank),
                "inputs of " + rank + " axes",
                inputs.stream().map(TensorEntry::shape).toList());
        Activation activation = node.activation(Schema.Concatenation.ACTIVATION);
        ImportProblem.requireIntact(activation == Activation.NONE, "no fused activation", activation);
        Axis axis = axis(node.optionInt(Schema.Concatenation.AXIS, 0), rank);
        return new OperatorImport(new Concatenation(axis), inputs, Optional.empty());
    }

    /**
     * The axis as the graph has it: the last is that of channels, before it are those of width and height.
     *
     * @param given index of the file's axis, counted from the end where negative
     */
    private static Axis axis(int given, int rank) {
        int axis = given < 0 ? given + rank : given;
        ImportProblem.requireIntact(axis >= 0 && axis < rank, "an axis of " + rank, given);
        if (axis == 0 && rank > 1) {
            throw new ImportProblem(
                    "concatenation along height, width or channels",
                    "along the batch",
                    "export the model with batch size 1 and without operators across the batch");
        }
        return switch (rank - axis) {
            case 1 -> Axis.CHANNEL;
            case 2 -> Axis.WIDTH;
            default -> Axis.HEIGHT;
        };
    }
}
