// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.ElementwiseFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Operators on codes, the standard ones and those of com.microsoft: the operator on real numbers between DequantizeLinear of
 * its inputs and QuantizeLinear of its result.
 */
final class QLinearImport {
    private QLinearImport() {}

    /** x, its scale and zero point; w, likewise; scale and zero point of the result; bias of int32. */
    static Value conv(NodeImport node) {
        Value input = real(node, 0, 1, 2);
        Constant weights = weights(node, 0);
        List<Optional<Value>> inputs = new ArrayList<>(List.of(Optional.of(input), Optional.of(weights)));
        node.optionalConstant(8, "biases")
                .ifPresent(bias -> inputs.add(Optional.of(bias(node, weights, node.constant(4, "scale"), bias))));
        return codes(node, ConvolutionImport.of(node.with(inputs)), 6, 7);
    }

    static Value matMul(NodeImport node) {
        Constant scale = node.constant(4, "scale");
        int rank = node.input(3).dims().size();
        Constant weights = weights(node, scale.dims().size() > 1 ? scale.dims().indexOf(scale.size()) : rank - 1);
        return codes(
                node,
                DenseImport.matMul(node.with(List.of(Optional.of(real(node, 0, 1, 2)), Optional.of(weights)))),
                6,
                7);
    }

    /** As Gemm, with the scales of x and w behind each and those of the result at the end. */
    static Value gemm(NodeImport node) {
        int outputAxis = node.entry().flag("transB") ? 0 : 1;
        Constant weights = weights(node, outputAxis);
        List<Optional<Value>> inputs = new ArrayList<>(List.of(Optional.of(real(node, 0, 1, 2)), Optional.of(weights)));
        node.optionalConstant(6, "biases")
                .ifPresent(bias -> inputs.add(Optional.of(bias(node, weights, node.constant(4, "scale"), bias))));
        return codes(node, DenseImport.gemm(node.with(inputs)), 7, 8);
    }

    static Value add(NodeImport node) {
        return codes(node, ArithmeticImport.add(node.with(pair(node))), 6, 7);
    }

    static Value multiply(NodeImport node) {
        return codes(node, ArithmeticImport.multiply(node.with(pair(node))), 6, 7);
    }

    private static List<Optional<Value>> pair(NodeImport node) {
        return List.of(Optional.of(real(node, 0, 1, 2)), Optional.of(real(node, 3, 4, 5)));
    }

    static Value averagePool(NodeImport node) {
        requireChannelsFirst(node);
        return ofOne(node, PoolImport::average);
    }

    static Value globalAveragePool(NodeImport node) {
        requireChannelsFirst(node);
        return ofOne(node, PoolImport::globalAverage);
    }

    static Value leakyRelu(NodeImport node) {
        return ofOne(node, ElementwiseImport::leakyRelu);
    }

    static Value sigmoid(NodeImport node) {
        return ofOne(node, inner -> ElementwiseImport.function(inner, ElementwiseFunction.Fixed.LOGISTIC));
    }

    /** It says itself of which opset's Softmax it is. */
    static Value softmax(NodeImport node) {
        return ofOne(node, ElementwiseImport::softmax);
    }

    private static Value ofOne(NodeImport node, Function<NodeImport, Value> operator) {
        return codes(node, operator.apply(node.with(List.of(Optional.of(real(node, 0, 1, 2))))), 3, 4);
    }

    /** Scale and zero point of the result, then of each input itself, its scale and its zero point. */
    static Value concat(NodeImport node) {
        List<Activations> inputs = new ArrayList<>();
        for (int position = 2; position < node.inputs().size(); position += 3) {
            if (!(real(node, position, position + 1, position + 2) instanceof Activations input)) {
                throw new ImportProblem(
                        "tensors to concatenate that are made at run time",
                        "a constant",
                        "export the model without constants beside its activations");
            }
            inputs.add(input);
        }
        return codes(node, MovementImport.concat(node, inputs), 0, 1);
    }

    private static void requireChannelsFirst(NodeImport node) {
        if (node.entry().flag("channels_last")) {
            throw new ImportProblem("channels first", "channels_last 1", "save the model without layout optimizations");
        }
    }

    private static Value real(NodeImport node, int position, int scale, int zeroPoint) {
        Constant scales = node.constant(scale, "scale");
        Optional<Constant> zeros = node.optionalConstant(zeroPoint, "zero point");
        if (node.input(position) instanceof Constant constant) {
            return QuantizationImport.real(node, constant, scales, zeros);
        }
        Activations codes = node.made(position);
        return Grids.real(node, codes, Grids.of(codes.type(), scales, zeros));
    }

    /** Of the second input, w, its scale and zero point, by an axis of output channels. */
    private static Constant weights(NodeImport node, int axis) {
        Constant codes = node.constant(3, "weights");
        Constant scale = node.constant(4, "scale");
        Optional<Constant> zeroPoint = node.optionalConstant(5, "zero point");
        if (scale.size() == 1) {
            return QuantizationImport.real(node, codes, scale, zeroPoint);
        }
        int[] owners = QuantizationImport.owners(codes.dims(), axis, scale.size());
        return QuantizationImport.real(codes, scale, zeroPoint, owners);
    }

    /** A bias of int32 is in units of the input's scale times its channel's. */
    private static Constant bias(NodeImport node, Constant weights, Constant weightScale, Constant bias) {
        double inputScale = node.constant(1, "scale").scalar("scale");
        ImportProblem.requireIntact(
                weightScale.size() == 1 || weightScale.size() == bias.size(),
                bias.size() + " weight scales",
                weightScale.size());
        ImportProblem.requireIntact(weights.codes().isPresent(), "weights in codes", weights.type());
        double[] reals = new double[bias.size()];
        for (int channel = 0; channel < reals.length; channel++) {
            reals[channel] = bias.get(channel) * inputScale * weightScale.get(weightScale.size() == 1 ? 0 : channel);
        }
        return new Constant(ElementType.FLOAT, bias.dims(), reals);
    }

    private static Value codes(NodeImport node, Value made, int scale, int zeroPoint) {
        Optional<Constant> zeros = node.optionalConstant(zeroPoint, "zero point");
        ElementType type = zeros.map(Constant::type).orElse(ElementType.UINT8);
        return Grids.made(node, (Activations) made, Grids.of(type, node.constant(scale, "scale"), zeros))
                .of(type);
    }
}
