// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Computes at import what follows from constants and fixed shapes. */
final class ConstantFolding {
    private ConstantFolding() {}

    /** The results of a node; empty where it reads what is made at run time. */
    static Optional<List<Value>> of(NodeImport node) {
        String kind = node.entry().kind();
        if (kind.equals("Shape")) {
            return Optional.of(List.of(shape(node)));
        }
        if (kind.equals("Size")) {
            return Optional.of(List.of(new Constant(
                    ElementType.INT64, List.of(), Dims.elements(node.input(0).dims()))));
        }
        if (kind.equals("Constant")) {
            return Optional.of(List.of(constant(node)));
        }
        boolean isConstant = !node.inputs().isEmpty()
                && node.inputs().stream().flatMap(Optional::stream).allMatch(Constant.class::isInstance);
        if (!isConstant) {
            return Optional.empty();
        }
        return kind.equals("Split")
                ? Optional.of(ConstantMoves.split(node, first(node)))
                : computed(node).map(List::of);
    }

    private static Constant first(NodeImport node) {
        return node.constant(0, "input");
    }

    private static Constant shape(NodeImport node) {
        List<Integer> dims = node.input(0).dims();
        int rank = dims.size();
        long first = node.entry().integer("start", 0);
        long end = node.entry().integer("end", rank);
        int from = (int) Math.max(0, Math.min(rank, first < 0 ? first + rank : first));
        int to = (int) Math.max(from, Math.min(rank, end < 0 ? end + rank : end));
        return Constant.integers(dims.subList(from, to));
    }

    private static Constant constant(NodeImport node) {
        OperatorEntry entry = node.entry();
        if (entry.has("value")) {
            return entry.tensor("value").map(TensorReader::ofAttribute).orElseThrow();
        }
        if (entry.has("value_float")) {
            return new Constant(ElementType.FLOAT, List.of(), entry.real("value_float", 0));
        }
        if (entry.has("value_int")) {
            return new Constant(ElementType.INT64, List.of(), entry.integer("value_int", 0));
        }
        if (entry.has("value_floats")) {
            double[] reals = entry.reals("value_floats").orElseThrow();
            return new Constant(ElementType.FLOAT, List.of(reals.length), reals);
        }
        if (entry.has("value_ints")) {
            long[] integers = entry.integers("value_ints").orElseThrow();
            return new Constant(
                    ElementType.INT64,
                    List.of(integers.length),
                    Arrays.stream(integers).asDoubleStream().toArray());
        }
        throw new ImportProblem(
                "a constant of numbers", "another one", "export the model without texts and sparse tensors");
    }

    private static Optional<Value> computed(NodeImport node) {
        return switch (node.entry().kind()) {
            case "Identity", "Dropout" -> Optional.of(first(node));
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> Optional.of(reshaped(node));
            case "Transpose" ->
                Optional.of(ConstantMoves.transposed(
                        first(node),
                        MovementImport.order(node, first(node).dims().size())));
            case "Slice" ->
                Optional.of(ConstantMoves.kept(
                        first(node), Selections.slice(node, first(node).dims())));
            case "Gather" -> Optional.of(ConstantMoves.gathered(node, first(node), node.constant(1, "indices")));
            case "Concat" ->
                Optional.of(ConstantMoves.concatenated(
                        node,
                        node.inputs().stream()
                                .flatMap(Optional::stream)
                                .map(Constant.class::cast)
                                .toList()));
            case "Expand" ->
                Optional.of(ConstantMoves.expanded(
                        first(node), node.constant(1, "shape").longs()));
            case "ConstantOfShape" -> Optional.of(filled(node));
            case "Cast" ->
                Optional.of(first(node)
                        .mapped(ElementType.of((int) node.entry().integer("to", 0), "a cast to"), value -> value));
            case "ReduceProd" -> Optional.of(product(node));
            case "Where" -> Optional.of(chosen(node));
            case "QuantizeLinear", "com.microsoft.QuantizeLinear" -> Optional.of(QuantizationImport.quantize(node));
            case "DequantizeLinear", "com.microsoft.DequantizeLinear" ->
                Optional.of(QuantizationImport.dequantize(node));
            default -> quantized(node);
        };
    }

    private static Constant reshaped(NodeImport node) {
        Constant given = first(node);
        if (given.size() == 0) {
            throw new ImportProblem(
                    "constants with elements", "one of " + given.dims(), "export the model with constants folded");
        }
        return given.reshaped(Reshapes.dims(node, given.dims()));
    }

    private static Optional<Value> quantized(NodeImport node) {
        if (node.entry().kind().endsWith(".Quant")) {
            return Optional.of(QonnxImport.quant(node));
        }
        if (node.entry().kind().endsWith(".BipolarQuant")) {
            return Optional.of(QonnxImport.bipolar(node));
        }
        return binary(node).or(() -> unary(node));
    }

    private static Optional<Value> unary(NodeImport node) {
        Optional<DoubleUnaryOperator> function = switch (node.entry().kind()) {
            case "Neg" -> Optional.of(value -> -value);
            case "Abs" -> Optional.of(Math::abs);
            case "Sqrt" -> Optional.of(Math::sqrt);
            case "Reciprocal" -> Optional.of(value -> 1 / value);
            case "Floor" -> Optional.of(Math::floor);
            case "Ceil" -> Optional.of(Math::ceil);
            case "Exp" -> Optional.of(StrictMath::exp);
            default -> Optional.empty();
        };
        return function.map(given -> first(node).mapped(node.input(0).type(), given));
    }

    private static Optional<Value> binary(NodeImport node) {
        Optional<DoubleBinaryOperator> function = switch (node.entry().kind()) {
            case "Add" -> Optional.of(Double::sum);
            case "Sub" -> Optional.of((one, other) -> one - other);
            case "Mul" -> Optional.of((one, other) -> one * other);
            case "Div" -> Optional.of((one, other) -> one / other);
            case "Pow" -> Optional.of(StrictMath::pow);
            case "Mod" -> Optional.of(remainder(node.entry().flag("fmod")));
            case "Min" -> Optional.of(Math::min);
            case "Max" -> Optional.of(Math::max);
            case "Equal" -> Optional.of((one, other) -> one == other ? 1 : 0);
            default -> Optional.empty();
        };
        ElementType type = node.entry().kind().equals("Equal")
                ? ElementType.BOOL
                : node.input(0).type();
        return function.map(given -> combined(first(node), node.constant(1, "input"), type, given));
    }

    /** With the sign of the dividend, as C's fmod, or of the divisor. */
    private static DoubleBinaryOperator remainder(boolean isOfDividend) {
        return isOfDividend ? (one, other) -> one % other : (one, other) -> one - other * Math.floor(one / other);
    }

    private static Constant combined(Constant one, Constant other, ElementType type, DoubleBinaryOperator function) {
        List<Integer> dims = Dims.broadcast(one.dims(), other.dims());
        int[] ofOne = Dims.broadcastSources(one.dims(), dims);
        int[] ofOther = Dims.broadcastSources(other.dims(), dims);
        double[] values = new double[ofOne.length];
        for (int index = 0; index < values.length; index++) {
            values[index] =
                    Constant.rounded(type, function.applyAsDouble(one.get(ofOne[index]), other.get(ofOther[index])));
        }
        return new Constant(type, dims, values);
    }

    private static Constant chosen(NodeImport node) {
        Constant condition = first(node);
        Constant one = node.constant(1, "input");
        Constant other = node.constant(2, "input");
        List<Integer> dims = Dims.broadcast(condition.dims(), Dims.broadcast(one.dims(), other.dims()));
        int[] ofCondition = Dims.broadcastSources(condition.dims(), dims);
        int[] ofOne = Dims.broadcastSources(one.dims(), dims);
        int[] ofOther = Dims.broadcastSources(other.dims(), dims);
        double[] values = new double[ofOne.length];
        for (int index = 0; index < values.length; index++) {
            values[index] = condition.get(ofCondition[index]) != 0 ? one.get(ofOne[index]) : other.get(ofOther[index]);
        }
        return new Constant(one.type(), dims, values);
    }

    private static Constant filled(NodeImport node) {
        List<Integer> dims = Dims.of(first(node).ints("extents"));
        Constant value = node.entry()
                .tensor("value")
                .map(TensorReader::ofAttribute)
                .orElse(new Constant(ElementType.FLOAT, List.of(1), 0));
        double[] values = new double[Dims.elements(dims)];
        Arrays.fill(values, value.scalar("value"));
        return new Constant(value.type(), dims, values);
    }

    private static Constant product(NodeImport node) {
        boolean isWhole = !node.entry().has("axes") && node.optional(1).isEmpty();
        if (!isWhole && first(node).dims().size() != 1) {
            throw new ImportProblem("the product of all", "of some axes", "export the model with constants folded");
        }
        double product = 1;
        for (int index = 0; index < first(node).size(); index++) {
            product *= first(node).get(index);
        }
        List<Integer> dims = node.entry().integer("keepdims", 1) != 0
                ? first(node).dims().stream().map(extent -> 1).toList()
                : List.of();
        return new Constant(node.input(0).type(), dims, product);
    }
}
