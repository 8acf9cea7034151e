// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** QuantizeLinear and DequantizeLinear: of activations their grid, of constants the codes they are made of. */
final class QuantizationImport {
    private QuantizationImport() {}

    static boolean isQuantizer(String kind) {
        return (kind.endsWith("QuantizeLinear") && !kind.startsWith("Dynamic"))
                || kind.endsWith(".Quant")
                || kind.endsWith(".BipolarQuant");
    }

    static Value quantize(NodeImport node) {
        requireNoBlocks(node);
        Constant scale = node.constant(1, "scale");
        Optional<Constant> zeroPoint = node.optionalConstant(2, "zero point");
        ElementType type = zeroPoint.map(Constant::type).orElseGet(() -> outputType(node));
        if (node.input(0) instanceof Constant constant) {
            return codes(node, constant, scale, zeroPoint, type);
        }
        Activations real = node.activations(0);
        return Grids.quantized(node, node.entry().inputs().get(0), real, Grids.of(type, scale, zeroPoint))
                .of(type);
    }

    private static ElementType outputType(NodeImport node) {
        int given = (int) node.entry().integer("output_dtype", 0);
        return given == 0 ? ElementType.UINT8 : ElementType.of(given, "codes");
    }

    private static Constant codes(
            NodeImport node, Constant real, Constant scale, Optional<Constant> zeroPoint, ElementType type) {
        int[] owners = owners(node, real.dims(), scale);
        requireZeroPoints(zeroPoint, scale);
        int lowest = -type.codeOffset();
        int highest = lowest + (1 << type.bits()) - 1;
        double[] codes = new double[real.size()];
        Arrays.setAll(codes, index -> {
            double zero = zero(zeroPoint, owners[index]);
            double code = Math.rint((float) real.get(index) / (float) scale.get(owners[index])) + zero;
            return Math.max(lowest, Math.min(highest, code));
        });
        return new Constant(type, real.dims(), codes);
    }

    static Value dequantize(NodeImport node) {
        requireNoBlocks(node);
        Constant scale = node.constant(1, "scale");
        Optional<Constant> zeroPoint = node.optionalConstant(2, "zero point");
        if (node.input(0) instanceof Constant constant) {
            return real(node, constant, scale, zeroPoint);
        }
        Activations codes = node.made(0);
        if (codes.type() == ElementType.FLOAT) {
            throw new ImportProblem("codes", "real numbers", "export the model again");
        }
        return Grids.real(node, codes, Grids.of(codes.type(), scale, zeroPoint));
    }

    /** Of int32, biases, only their values matter: their scale follows from what they are added to. */
    static Constant real(NodeImport node, Constant codes, Constant scale, Optional<Constant> zeroPoint) {
        return real(codes, scale, zeroPoint, owners(node, codes.dims(), scale));
    }

    /** @param owners for each element the index of its scale and zero point */
    static Constant real(Constant codes, Constant scale, Optional<Constant> zeroPoint, int[] owners) {
        requireZeroPoints(zeroPoint, scale);
        double[] reals = new double[codes.size()];
        Arrays.setAll(reals, index -> scale.get(owners[index]) * (codes.get(index) - zero(zeroPoint, owners[index])));
        if (!codes.type().isCode()) {
            return new Constant(ElementType.FLOAT, codes.dims(), reals);
        }
        int offset = codes.type().codeOffset();
        byte[] elements = new byte[reals.length];
        float[] scales = new float[reals.length];
        byte[] zeroPoints = new byte[reals.length];
        for (int index = 0; index < reals.length; index++) {
            elements[index] = (byte) (codes.get(index) + offset);
            scales[index] = (float) scale.get(owners[index]);
            zeroPoints[index] = (byte) (zero(zeroPoint, owners[index]) + offset);
        }
        return new Constant(
                ElementType.FLOAT,
                codes.dims(),
                reals,
                Optional.of(new Constant.Codes(codes.type().bits(), elements, scales, zeroPoints)));
    }

    /** One, or as many as there are scales. */
    private static void requireZeroPoints(Optional<Constant> zeroPoint, Constant scale) {
        zeroPoint.ifPresent(given -> ImportProblem.requireIntact(
                given.size() == 1 || given.size() == scale.size(), scale.size() + " zero points", given.size()));
    }

    private static double zero(Optional<Constant> zeroPoint, int owner) {
        return zeroPoint.map(given -> given.get(given.size() == 1 ? 0 : owner)).orElse(0.0);
    }

    /** For each element the index of its scale: one for all, or one for each index along an axis. */
    private static int[] owners(NodeImport node, List<Integer> dims, Constant scale) {
        int[] owners = new int[Dims.elements(dims)];
        for (int index = 0; index < scale.size(); index++) {
            Grids.requireScale(scale.get(index));
        }
        if (scale.size() == 1) {
            return owners;
        }
        // A vector of weights has one axis, whatever the default is.
        int axis = dims.size() == 1 ? 0 : Dims.axis(node.entry().integer("axis", 1), dims.size());
        return owners(dims, axis, scale.size());
    }

    static int[] owners(List<Integer> dims, int axis, int scales) {
        ImportProblem.requireIntact(dims.get(axis) == scales, dims.get(axis) + " scales along axis " + axis, scales);
        int[] steps = new int[dims.size()];
        steps[axis] = 1;
        return Dims.sources(dims, steps);
    }

    private static void requireNoBlocks(NodeImport node) {
        if (node.entry().integer("block_size", 0) != 0) {
            throw new ImportProblem(
                    "a scale per tensor or per channel",
                    "one for each block of " + node.entry().integer("block_size", 0),
                    "quantize the weights per output channel or per tensor");
        }
    }

    /** Why operators are refused whose scales are only known at run time. */
    static ImportProblem dynamic(NodeImport node) {
        return new ImportProblem(
                "scales that are fixed in the file",
                node.entry().kind() + ", of a model quantized dynamically",
                "quantize the model statically, with calibration data (onnxruntime.quantization.quantize_static)");
    }
}
