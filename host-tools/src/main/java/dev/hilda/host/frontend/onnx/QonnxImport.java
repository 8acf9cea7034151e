// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.Bits;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * QONNX: Quant and BipolarQuant, real numbers that lie on a grid. Widths for which there are no codes take the next wider
 * codes, of which they use some: the values stay what they are.
 */
final class QonnxImport {
    private static final int MOST_BITS = 8;
    private static final int MOST_BITS_OF_CONSTANTS = 32;
    /** A zero point of 1 makes −1, 0 and 1 of the codes from 0. */
    private static final int BIPOLAR_BITS = 2;

    private QonnxImport() {}

    /** The range of a Quant, in its own integers. */
    private record Range(int bits, boolean isSigned, double lowest, double highest) {
        static Range of(NodeImport node) {
            double bits = node.constant(3, "bit width").scalar("bit width");
            boolean isSigned = node.entry().integer("signed", 1) != 0;
            boolean isNarrow = node.entry().integer("narrow", 0) != 0;
            if (bits != Math.rint(bits) || bits < 1 || bits > MOST_BITS_OF_CONSTANTS) {
                throw new ImportProblem(
                        "a whole bit width from 1 to " + MOST_BITS, String.valueOf(bits), "train with 8, 4 or 2 bits");
            }
            double half = Math.scalb(1.0, (int) bits - 1);
            double lowest = isSigned ? -half + (isNarrow ? 1 : 0) : 0;
            double highest = isSigned ? half - 1 : 2 * half - (isNarrow ? 2 : 1);
            return new Range((int) bits, isSigned, lowest, highest);
        }

        /** Width of the codes. */
        int width() {
            return bits <= 2 ? 2 : bits <= 4 ? 4 : MOST_BITS;
        }

        /** What makes a code of an integer. */
        int offset() {
            return isSigned ? 1 << (width() - 1) : 0;
        }

        double clamped(double integer) {
            return Math.max(lowest, Math.min(highest, integer));
        }
    }

    /** x, scale, zero point, bit width. */
    static Value quant(NodeImport node) {
        Range range = Range.of(node);
        Constant scale = node.constant(1, "scale");
        Constant zeroPoint = node.constant(2, "zero point");
        String rounding = node.entry().text("rounding_mode", "ROUND");
        if (node.input(0) instanceof Constant constant) {
            return quantized(node, constant, scale, zeroPoint, range, rounding);
        }
        Activations real = node.activations(0);
        if (range.bits() > MOST_BITS) {
            throw new ImportProblem(
                    "activations of at most " + MOST_BITS + " bits",
                    range.bits() + " bits",
                    "train with 8, 4 or 2 bits");
        }
        if (scale.size() != 1 || zeroPoint.size() != 1) {
            throw new ImportProblem(
                    "one scale of an activation", scale.size() + " of them", "quantize activations per tensor");
        }
        Grids.requireScale(scale.get(0));
        remarkWidth(node, range);
        ActivationQuantization grid = new ActivationQuantization(
                range.width(),
                scale.get(0),
                code(zeroPoint.get(0), range, "zero point"),
                rounding(rounding),
                code(range.lowest(), range, "integer"),
                code(range.highest(), range, "integer"));
        return Grids.quantized(node, node.entry().inputs().get(0), real, grid);
    }

    private static void remarkWidth(NodeImport node, Range range) {
        if (!Bits.isCode(range.bits())) {
            node.remarks()
                    .add("what the file quantizes to " + range.bits() + " bits takes codes of " + range.width()
                            + " bits, with the same values");
        }
    }

    private static int code(double integer, Range range, String what) {
        double code = integer + range.offset();
        if (code != Math.rint(code) || code < 0 || code > Bits.highestCode(range.width())) {
            throw new ImportProblem(
                    "a " + what + " that is a code of " + range.width() + " bits",
                    String.valueOf(integer),
                    "train with a zero point of 0");
        }
        return (int) code;
    }

    private static Rounding rounding(String mode) {
        return switch (mode) {
            case "ROUND", "HALF_EVEN" -> Rounding.HALF_UP;
            case "FLOOR" -> Rounding.FLOOR;
            default ->
                throw new ImportProblem(
                        "activations rounded by ROUND or FLOOR", mode, "train with rounding to the nearest");
        };
    }

    private static DoubleUnaryOperator function(String mode) {
        return switch (mode) {
            case "ROUND", "HALF_EVEN" -> Math::rint;
            case "FLOOR" -> Math::floor;
            case "CEIL" -> Math::ceil;
            case "ROUND_TO_ZERO", "DOWN" -> value -> value < 0 ? Math.ceil(value) : Math.floor(value);
            default -> throw new ImportProblem("a rounding_mode of QONNX", mode, "train with ROUND");
        };
    }

    /** Weights, or a bias: that of more than 8 bits is its values alone. */
    private static Constant quantized(
            NodeImport node, Constant constant, Constant scale, Constant zeroPoint, Range range, String rounding) {
        int[] scales = owners(scale, constant, "scale");
        int[] zeros = owners(zeroPoint, constant, "zero point");
        double[] reals = new double[constant.size()];
        byte[] codes = new byte[reals.length];
        float[] codeScales = new float[reals.length];
        byte[] codeZeros = new byte[reals.length];
        boolean hasCodes = range.bits() <= MOST_BITS;
        DoubleUnaryOperator round = function(rounding);
        for (int index = 0; index < reals.length; index++) {
            double step = scale.get(scales[index]);
            double zero = zeroPoint.get(zeros[index]);
            Grids.requireScale(step);
            // In float, as those who trained it.
            float exact = (float) constant.get(index) / (float) step + (float) zero;
            double integer = range.clamped(round.applyAsDouble(exact));
            reals[index] = (integer - zero) * step;
            if (hasCodes) {
                codes[index] = (byte) code(integer, range, "integer");
                codeZeros[index] = (byte) code(zero, range, "zero point");
                codeScales[index] = (float) step;
            }
        }
        if (hasCodes) {
            remarkWidth(node, range);
        }
        return new Constant(
                ElementType.FLOAT,
                constant.dims(),
                reals,
                hasCodes
                        ? Optional.of(new Constant.Codes(range.width(), codes, codeScales, codeZeros))
                        : Optional.empty());
    }

    /** For each element of a constant the index of its scale or zero point. */
    private static int[] owners(Constant given, Constant constant, String what) {
        List<Integer> dims = constant.dims();
        if (!given.isBroadcastableTo(dims)) {
            throw new ImportProblem(
                    "a " + what + " that can be broadcast to " + dims,
                    "one of " + given.dims(),
                    "export the model again");
        }
        return Dims.broadcastSources(given.dims(), dims);
    }

    /** x, scale: the scale, negative below 0. */
    static Value bipolar(NodeImport node) {
        Constant scale = node.constant(1, "scale");
        node.remarks().add("what the file makes −1 or 1 takes codes of 2 bits, with the same values");
        if (node.input(0) instanceof Constant constant) {
            return bipolar(constant, scale);
        }
        double magnitude = scale.scalar("scale");
        Grids.requireScale(magnitude);
        Activations real = node.activations(0);
        if (!node.readers().areQuantizers(node.entry().inputs().get(0))) {
            throw new ImportProblem(
                    "a tensor that only its quantization reads",
                    "\"" + node.entry().inputs().get(0) + "\", which others read as real numbers too",
                    "quantize it for all that read it");
        }
        String made = node.draft()
                .add(
                        node.entry().output(),
                        new Operator.Elementwise(new ElementwiseFunction.Bipolar(0, magnitude)),
                        List.of(real.value()));
        node.draft().setGrid(made, new ActivationQuantization(BIPOLAR_BITS, magnitude, 1, Rounding.HALF_UP, 0, 2));
        return new Activations(made, real.layout(), ElementType.FLOAT);
    }

    private static Constant bipolar(Constant constant, Constant scale) {
        int[] scales = owners(scale, constant, "scale");
        double[] reals = new double[constant.size()];
        byte[] codes = new byte[reals.length];
        float[] codeScales = new float[reals.length];
        byte[] codeZeros = new byte[reals.length];
        for (int index = 0; index < reals.length; index++) {
            double step = scale.get(scales[index]);
            Grids.requireScale(step);
            boolean isNegative = constant.get(index) < 0;
            reals[index] = isNegative ? -step : step;
            codes[index] = (byte) (isNegative ? 0 : 2);
            codeScales[index] = (float) step;
            codeZeros[index] = 1;
        }
        return new Constant(
                ElementType.FLOAT,
                constant.dims(),
                reals,
                Optional.of(new Constant.Codes(BIPOLAR_BITS, codes, codeScales, codeZeros)));
    }
}
