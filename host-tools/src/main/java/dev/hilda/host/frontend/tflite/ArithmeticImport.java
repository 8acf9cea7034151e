// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Subtract;
import java.util.List;
import java.util.Optional;

/** ADD, SUB, MUL and DIV: of two activations, or of one and a constant per channel. */
final class ArithmeticImport {
    private ArithmeticImport() {}

    static OperatorImport of(OperatorEntry node) {
        TensorEntry first = node.input(0);
        TensorEntry second = node.input(1);
        if (first.isConstant() && second.isConstant()) {
            throw new ImportProblem(
                    "an activation",
                    first.type() + " " + first.shape() + " and " + second.type() + " " + second.shape(),
                    "export the model with constants folded");
        }
        if (first.isConstant()) {
            return ConstantArithmetic.of(node, first, second);
        }
        return second.isConstant()
                ? ConstantArithmetic.of(node, second, first)
                : new OperatorImport(ofActivations(node), List.of(first, second), Optional.empty());
    }

    private static Operator ofActivations(OperatorEntry node) {
        Activation activation = node.activation(Schema.Elementwise.ACTIVATION);
        return switch (node.operator()) {
            case ADD -> new Operator.Add(activation);
            case SUB -> new Subtract(activation);
            case MUL -> new Multiply(activation);
            default ->
                throw new ImportProblem(
                        "a division by a constant per channel",
                        "one by an activation",
                        "multiply, or divide by constants");
        };
    }
}
