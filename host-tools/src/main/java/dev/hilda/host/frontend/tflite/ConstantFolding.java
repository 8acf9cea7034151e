// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known before the model runs: results of operators on constants and static shapes, and real constants that the file
 * keeps in fewer bits, as float16 or as codes with a scale (a hybrid file: weights of int8, activations of float32).
 * Whatever reads them reads the constant, or float32, instead.
 */
final class ConstantFolding {
    private static final int WEIGHTS = 1;

    private final Map<String, TensorEntry> made = new HashMap<>();
    private final long maxElements;
    private long elements;

    /** @param maxElements that all of them together may have: a small file can use one constant many times */
    ConstantFolding(long maxElements) {
        this.maxElements = maxElements;
    }

    /** The operator, reading what is known; empty when what it makes is known itself. */
    Optional<OperatorEntry> apply(OperatorEntry entry) {
        List<Optional<TensorEntry>> inputs = new ArrayList<>();
        for (int position = 0; position < entry.inputs().size(); position++) {
            boolean isHybrid = position == WEIGHTS && isHybrid(entry);
            inputs.add(entry.optionalInput(position)
                    .map(tensor -> isHybrid ? reals(tensor, tensor.name()) : made.getOrDefault(tensor.name(), tensor)));
        }
        OperatorEntry reading = entry.withInputs(inputs);
        Optional<TensorEntry> result = isOfConstant(reading)
                ? Optional.of(reals(reading.input(0), entry.output().name()))
                : ConstantOperator.result(reading).map(this::count);
        result.ifPresent(known -> made.put(known.name(), known));
        return result.isPresent() ? Optional.empty() : Optional.of(reading);
    }

    /** Whether an operator only makes real values of a constant. */
    private static boolean isOfConstant(OperatorEntry entry) {
        return entry.operator() == BuiltinOperator.DEQUANTIZE
                && entry.optionalInput(0).filter(TensorEntry::isConstant).isPresent();
    }

    private TensorEntry count(TensorEntry known) {
        count(known.constantElements());
        return known;
    }

    private void count(int more) {
        elements += more;
        ImportProblem.requireIntact(
                elements <= maxElements, "at most " + maxElements + " constants in a file of this size", elements);
    }

    private static boolean isHybrid(OperatorEntry entry) {
        boolean hasWeights = entry.operator() == BuiltinOperator.CONV_2D
                || entry.operator() == BuiltinOperator.DEPTHWISE_CONV_2D
                || entry.operator() == BuiltinOperator.FULLY_CONNECTED;
        return hasWeights
                && entry.output().type() == TensorType.FLOAT32
                && entry.optionalInput(WEIGHTS)
                        .filter(weights ->
                                weights.isConstant() && weights.type().isCode())
                        .isPresent();
    }

    private TensorEntry reals(TensorEntry constant, String name) {
        int count = constant.constantElements();
        count(count);
        ByteBuffer reals = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer stored = constant.constant();
        for (int index = 0; index < count; index++) {
            reals.putFloat(real(constant, stored, index));
        }
        return new TensorEntry(
                name, TensorType.FLOAT32, constant.shape(), false, Optional.of(reals.flip()), Optional.empty());
    }

    private static float real(TensorEntry constant, ByteBuffer stored, int index) {
        TensorType type = constant.type();
        if (type == TensorType.FLOAT16) {
            return ofHalf(stored.getShort(index * Short.BYTES));
        }
        if (type.isCode()) {
            FileQuantization quantization = WeightImport.requireQuantization(constant);
            int channel = channel(constant.shape(), quantization, index);
            int code = (stored.get(index) + type.codeOffset()) & 0xFF;
            return (float) (quantization.scale(channel) * (code - quantization.zeroPointCode(channel, type)));
        }
        if (type == TensorType.FLOAT32) {
            return stored.getFloat(index * Float.BYTES);
        }
        throw new ImportProblem(
                "constants of float32, float16, int8 or uint8",
                type + " constant " + constant.name(),
                "export the model as float32 or fully quantized to 8 bits");
    }

    /** Index along the axis that has a scale per index. */
    private static int channel(List<Integer> shape, FileQuantization quantization, int index) {
        if (!quantization.isPerChannel()) {
            return 0;
        }
        int axis = quantization.dimension();
        ImportProblem.requireIntact(
                axis >= 0 && axis < shape.size() && shape.get(axis) == quantization.channels(),
                quantization.channels() + " channels along axis " + axis,
                shape);
        int inner = 1;
        for (int extent : shape.subList(axis + 1, shape.size())) {
            inner *= extent;
        }
        return index / inner % quantization.channels();
    }

    /** IEEE 754 binary16; Java knows it from version 20 on. */
    static float ofHalf(short half) {
        int exponent = half >> 10 & 0x1F;
        int mantissa = half & 0x3FF;
        float magnitude = switch (exponent) {
            case 0 -> Math.scalb((float) mantissa, -24);
            case 31 -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb((float) (mantissa | 0x400), exponent - 25);
        };
        return half < 0 ? -magnitude : magnitude;
    }
}
