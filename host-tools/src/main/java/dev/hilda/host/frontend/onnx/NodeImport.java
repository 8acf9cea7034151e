// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;

/**
 * One of the file's nodes with what its inputs stand for, for the importer of its operator.
 *
 * @param inputs empty where one is left out
 */
record NodeImport(OperatorEntry entry, List<Optional<Value>> inputs, Scope scope) {
    /**
     * What all nodes of a file share.
     *
     * @param opset version of the standard operators
     */
    record Scope(int opset, GraphDraft draft, Readers readers, Remarks remarks, ElementBudget budget) {}

    /** The same node with other inputs. */
    NodeImport with(List<Optional<Value>> others) {
        return new NodeImport(entry, others, scope);
    }

    int opset() {
        return scope.opset();
    }

    GraphDraft draft() {
        return scope.draft();
    }

    Readers readers() {
        return scope.readers();
    }

    ElementBudget budget() {
        return scope.budget();
    }

    Remarks remarks() {
        return scope.remarks();
    }

    Optional<Value> optional(int position) {
        return position < inputs.size() ? inputs.get(position) : Optional.empty();
    }

    Value input(int position) {
        return optional(position)
                .orElseThrow(() -> ImportProblem.damaged(
                        "at least " + (position + 1) + " inputs", entry.inputs().size()));
    }

    /** An input of real numbers that are made at run time. */
    Activations activations(int position) {
        Activations given = made(position);
        if (given.type() != ElementType.FLOAT) {
            throw new ImportProblem(
                    "real numbers, or codes with their scale told by DequantizeLinear or a QLinear operator",
                    given.type() + " without a scale",
                    "export the model as float32, or quantized with QuantizeLinear and DequantizeLinear");
        }
        return given;
    }

    /** An input that is made at run time, of real numbers or codes. */
    Activations made(int position) {
        if (input(position) instanceof Activations given) {
            return given;
        }
        throw new ImportProblem(
                "a tensor that is made at run time as input " + position,
                "the constant " + entry.inputs().get(position),
                "export the model with constants folded");
    }

    /** Only of the first position has an operator no constants. */
    Constant constant(int position, String what) {
        if (input(position) instanceof Constant given) {
            return given;
        }
        throw new ImportProblem(
                "constant " + what,
                entry.inputs().get(position) + ", made at run time",
                "export the model with fixed " + what);
    }

    /** A constant of real numbers: integers without a scale are none. */
    Constant reals(int position, String what) {
        Constant given = constant(position, what);
        if (!given.type().isReal()) {
            throw new ImportProblem(
                    what + " of real numbers",
                    given.type() + " without a scale in \"" + entry.inputs().get(position) + "\"",
                    "export the model as float32, or quantized with QuantizeLinear and DequantizeLinear");
        }
        return given;
    }

    Optional<Constant> optionalReals(int position, String what) {
        return optional(position).map(given -> reals(position, what));
    }

    Optional<Constant> optionalConstant(int position, String what) {
        return optional(position).map(given -> constant(position, what));
    }

    /** Adds an operator that computes each value by itself. */
    Activations unary(Activations input, Operator operator) {
        return new Activations(
                draft().add(entry.output(), operator, List.of(input.value())), input.layout(), input.type());
    }

    /** Adds an operator whose result the file sees in another arrangement. */
    Activations add(Operator operator, List<String> read, Layout layout) {
        return new Activations(draft().add(entry.output(), operator, read), layout, ElementType.FLOAT);
    }

    /**
     * The value of a tensor of batch, channels, and width or height and width, by height, width and channel.
     *
     * @throws ImportProblem when its elements are in another order
     */
    String image(Activations tensor) {
        List<Integer> dims = tensor.dims();
        TensorShape shape = imageShape(dims);
        if (!tensor.layout().equals(Layout.channelsLast(dims))) {
            throw new ImportProblem(
                    "axes batch, channels, height and width, in this order from the input on",
                    "axes that a transposition or reshape has moved",
                    "export the model without transpositions between its layers");
        }
        return draft().viewed(tensor.value(), shape);
    }

    static TensorShape imageShape(List<Integer> dims) {
        if (dims.size() != 3 && dims.size() != 4) {
            throw new ImportProblem(
                    "1 or 2 axes beside batch and channels",
                    "a tensor of " + dims,
                    "use one-dimensional or two-dimensional layers");
        }
        if (dims.get(0) != 1) {
            throw new ImportProblem("a batch of 1", dims.toString(), "export the model with batch size 1");
        }
        return dims.size() == 3
                ? new TensorShape(1, dims.get(2), dims.get(1))
                : new TensorShape(dims.get(2), dims.get(3), dims.get(1));
    }
}
