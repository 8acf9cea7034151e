// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;

/** Functions of each value by itself. */
final class ElementwiseImport {
    private static final int CLIP_WITH_INPUTS = 11;

    private ElementwiseImport() {}

    static Value relu(NodeImport node) {
        return node.unary(node.activations(0), new Operator.Activate(Activation.RELU));
    }

    static Value function(NodeImport node, ElementwiseFunction function) {
        return node.unary(node.activations(0), new Operator.Elementwise(function));
    }

    static Value leakyRelu(NodeImport node) {
        return function(node, new ElementwiseFunction.LeakyRelu(node.entry().real("alpha", 0.01)));
    }

    static Value elu(NodeImport node) {
        double alpha = node.entry().real("alpha", 1);
        if (alpha != 1) {
            throw new ImportProblem("an alpha of 1", String.valueOf(alpha), "use Elu with its default alpha");
        }
        return function(node, ElementwiseFunction.Fixed.ELU);
    }

    static Value gelu(NodeImport node) {
        boolean isExact = node.entry().text("approximate", "none").equals("none");
        return function(node, isExact ? ElementwiseFunction.Fixed.GELU : ElementwiseFunction.Fixed.GELU_TANH);
    }

    static Value hardSigmoid(NodeImport node) {
        return function(
                node,
                new ElementwiseFunction.HardSigmoid(
                        node.entry().real("alpha", 0.2f), node.entry().real("beta", 0.5)));
    }

    static Value clip(NodeImport node) {
        boolean hasInputs = node.opset() >= CLIP_WITH_INPUTS;
        Optional<Constant> least = hasInputs ? node.optionalConstant(1, "minimum") : Optional.empty();
        Optional<Constant> most = hasInputs ? node.optionalConstant(2, "maximum") : Optional.empty();
        double low = least.map(given -> given.scalar("minimum"))
                .orElse(hasInputs ? Double.NEGATIVE_INFINITY : node.entry().real("min", Double.NEGATIVE_INFINITY));
        double high = most.map(given -> given.scalar("maximum"))
                .orElse(hasInputs ? Double.POSITIVE_INFINITY : node.entry().real("max", Double.POSITIVE_INFINITY));
        return clip(node, node.activations(0), low, high);
    }

    /** Min or Max of a tensor and a constant. */
    static Value limit(NodeImport node, boolean isLeast) {
        if (node.inputs().size() != 2) {
            throw new ImportProblem(
                    "a tensor and a bound", node.inputs().size() + " inputs", "limit by one constant at a time");
        }
        boolean isConstantFirst = node.input(0) instanceof Constant;
        Constant bounds = node.constant(isConstantFirst ? 0 : 1, "bound");
        if (bounds.size() != 1) {
            throw new ImportProblem(
                    "one bound for all elements",
                    "bounds of " + bounds.dims(),
                    "limit all elements alike, as Clip does");
        }
        double bound = bounds.get(0);
        return clip(
                node,
                node.activations(isConstantFirst ? 1 : 0),
                isLeast ? Double.NEGATIVE_INFINITY : bound,
                isLeast ? bound : Double.POSITIVE_INFINITY);
    }

    private static Value clip(NodeImport node, Activations input, double low, double high) {
        boolean isOpenBelow = low <= -Float.MAX_VALUE;
        boolean isOpenAbove = high >= Float.MAX_VALUE;
        if (isOpenBelow && isOpenAbove) {
            return input;
        }
        if (low == 0 && isOpenAbove) {
            return node.unary(input, new Operator.Activate(Activation.RELU));
        }
        if (low == 0 && high == 6) {
            return node.unary(input, new Operator.Activate(Activation.RELU6));
        }
        return node.unary(
                input,
                new Operator.Elementwise(new ElementwiseFunction.Clip(
                        isOpenBelow ? -Float.MAX_VALUE : low, isOpenAbove ? Float.MAX_VALUE : high)));
    }

    /** The same values. */
    static Value identity(NodeImport node) {
        return node.input(0);
    }

    static Value dropout(NodeImport node) {
        boolean trains = node.optional(2)
                .filter(given -> !(given instanceof Constant mode) || mode.scalar("training mode") != 0)
                .isPresent();
        if (trains) {
            throw new ImportProblem("a model for inference", "training_mode 1", "export the model with model.eval()");
        }
        return node.input(0);
    }

    static Value cast(NodeImport node) {
        ElementType to = ElementType.of((int) node.entry().integer("to", 0), "a cast to");
        Activations input = node.activations(0);
        if (!to.isReal()) {
            throw new ImportProblem(
                    "activations that stay real numbers",
                    "a cast to " + to,
                    "quantize with QuantizeLinear, which has a scale");
        }
        return input;
    }

    static Value softmax(NodeImport node) {
        Activations input = node.activations(0);
        int rank = input.dims().size();
        // That of com.microsoft says which opset's it is.
        boolean isOverRest = node.entry().integer("opset", node.opset()) < 13;
        int axis = Dims.axis(node.entry().integer("axis", isOverRest ? 1 : -1), rank);
        boolean isLast = axis == rank - 1
                || input.dims().subList(axis + 1, rank).stream().allMatch(extent -> extent == 1);
        if (isOverRest && !isLast) {
            throw new ImportProblem(
                    "softmax over one axis", "over axes " + axis + " to " + (rank - 1), "flatten before the softmax");
        }
        Layout.Run run = input.layout().run(axis);
        int extent = input.dims().get(axis);
        if (extent > 1 && run.stride() != 1) {
            throw new ImportProblem(
                    "softmax over channels",
                    "over axis " + axis + " of " + input.dims(),
                    "export the model without the transposition before it");
        }
        return node.add(new Operator.Softmax(1), List.of(MovementImport.rows(node, input, extent)), input.layout());
    }
}
