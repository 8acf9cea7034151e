// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import java.util.List;
import java.util.Optional;

/**
 * An operator of the file with its tensors.
 *
 * @param index among the file's operators
 * @param inputs empty where an optional one is left out
 * @param options empty where the file has none: all fields then have their defaults
 * @param dilation of a convolution that the file has between rearrangements of its input and output
 * @param result which of its outputs: one that makes several is there once for each
 */
record OperatorEntry(
        int index,
        BuiltinOperator operator,
        List<Optional<TensorEntry>> inputs,
        TensorEntry output,
        Optional<FlatTable> options,
        Optional<BatchDilation> dilation,
        int result) {
    private static final int MAX_EXTENT = 4096;

    OperatorEntry {
        inputs = List.copyOf(inputs);
    }

    /** Where it is, for messages. */
    String place() {
        return place(index, operator.name(), output.name());
    }

    /** @param output may be empty */
    static String place(int index, String operator, String output) {
        return "node " + index + " (" + operator + (output.isEmpty() ? "" : " \"" + output + "\"") + ")";
    }

    /** The same with other inputs. */
    OperatorEntry withInputs(List<Optional<TensorEntry>> others) {
        return new OperatorEntry(index, operator, others, output, options, dilation, result);
    }

    TensorEntry input(int position) {
        return optionalInput(position)
                .orElseThrow(
                        () -> ImportProblem.damaged("an input at position " + position, inputs.size() + " inputs"));
    }

    Optional<TensorEntry> optionalInput(int position) {
        return position < inputs.size() ? inputs.get(position) : Optional.empty();
    }

    byte optionByte(int field) {
        return options.map(table -> table.getByte(field, (byte) 0)).orElse((byte) 0);
    }

    /** A stride, dilation or kernel extent. */
    int optionExtent(int field, int absent) {
        int extent = optionInt(field, absent);
        if (extent < 1 || extent > MAX_EXTENT) {
            throw new ImportProblem(
                    "strides, dilations and kernels from 1 to " + MAX_EXTENT,
                    String.valueOf(extent),
                    "export the model with such extents");
        }
        return extent;
    }

    int optionInt(int field, int absent) {
        return options.map(table -> table.getInt(field, absent)).orElse(absent);
    }

    float optionFloat(int field, float absent) {
        return options.map(table -> table.getFloat(field, absent)).orElse(absent);
    }

    Activation activation(int field) {
        int code = optionByte(field);
        return switch (code) {
            case Schema.ACTIVATION_NONE -> Activation.NONE;
            case Schema.ACTIVATION_RELU -> Activation.RELU;
            case Schema.ACTIVATION_RELU6 -> Activation.RELU6;
            default ->
                throw new ImportProblem(
                        "a fused activation NONE, RELU or RELU6",
                        switch (code) {
                            case 2 -> "RELU_N1_TO_1";
                            case 4 -> "TANH";
                            case 5 -> "SIGN_BIT";
                            default -> "activation " + code;
                        },
                        "train the model with ReLU or ReLU6");
        };
    }
}
