// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import java.util.Optional;

/** Operators that are understood, by their number in the schema, with the number of their options table. */
enum BuiltinOperator {
    ADD(0, 11),
    AVERAGE_POOL_2D(1, 5),
    CONCATENATION(2, 10),
    CONV_2D(3, 1),
    DEPTHWISE_CONV_2D(4, 2),
    DEQUANTIZE(6, 38),
    FULLY_CONNECTED(9, 8),
    LOGISTIC(14, 0),
    MAX_POOL_2D(17, 5),
    MUL(18, 21),
    RELU(19, 0),
    RELU_N1_TO_1(20, 0),
    RELU6(21, 0),
    RESHAPE(22, 17),
    RESIZE_BILINEAR(23, 15),
    SOFTMAX(25, 9),
    TANH(28, 0),
    PAD(34, 22),
    GATHER(36, 23),
    BATCH_TO_SPACE_ND(37, 24),
    SPACE_TO_BATCH_ND(38, 25),
    TRANSPOSE(39, 26),
    MEAN(40, 27),
    SUB(41, 28),
    DIV(42, 29),
    SQUEEZE(43, 30),
    STRIDED_SLICE(45, 32),
    EXP(47, 33),
    SPLIT(49, 35),
    CAST(53, 37),
    PRELU(54, 0),
    NEG(59, 42),
    PADV2(60, 44),
    SLICE(65, 48),
    TILE(69, 51),
    EXPAND_DIMS(70, 52),
    SHAPE(77, 55),
    REDUCE_PROD(81, 27),
    PACK(83, 59),
    UNPACK(88, 64),
    SQUARE(92, 66),
    RESIZE_NEAREST_NEIGHBOR(97, 74),
    LEAKY_RELU(98, 75),
    MIRROR_PAD(100, 77),
    ABS(101, 78),
    SPLIT_V(102, 79),
    REVERSE_V2(105, 81),
    ELU(111, 0),
    QUANTIZE(114, 0),
    HARD_SWISH(117, 91),
    GELU(150, 116);

    private final int code;
    private final int optionsCode;

    BuiltinOperator(int code, int optionsCode) {
        this.code = code;
        this.optionsCode = optionsCode;
    }

    static Optional<BuiltinOperator> of(int code) {
        for (BuiltinOperator operator : values()) {
            if (operator.code == code) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    int code() {
        return code;
    }

    /** Number of its options in the schema's union of them; 0 for none. */
    int optionsCode() {
        return optionsCode;
    }
}
