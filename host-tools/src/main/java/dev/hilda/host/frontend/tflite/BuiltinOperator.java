// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Operators that are understood, by their number in the schema, with the number of their options table. */
enum BuiltinOperator {
    ADD(0, 11),
    AVERAGE_POOL_2D(1, 5),
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
    SOFTMAX(25, 9),
    TANH(28, 0),
    PAD(34, 22),
    MEAN(40, 27),
    SQUEEZE(43, 30),
    EXP(47, 33),
    NEG(59, 42),
    SQUARE(92, 66),
    LEAKY_RELU(98, 75),
    ABS(101, 78),
    ELU(111, 0),
    QUANTIZE(114, 0),
    HARD_SWISH(117, 91),
    GELU(150, 116);

    private static final String[] NAMES = {
        "ADD",
        "AVERAGE_POOL_2D",
        "CONCATENATION",
        "CONV_2D",
        "DEPTHWISE_CONV_2D",
        "DEPTH_TO_SPACE",
        "DEQUANTIZE",
        "EMBEDDING_LOOKUP",
        "FLOOR",
        "FULLY_CONNECTED",
        "HASHTABLE_LOOKUP",
        "L2_NORMALIZATION",
        "L2_POOL_2D",
        "LOCAL_RESPONSE_NORMALIZATION",
        "LOGISTIC",
        "LSH_PROJECTION",
        "LSTM",
        "MAX_POOL_2D",
        "MUL",
        "RELU",
        "RELU_N1_TO_1",
        "RELU6",
        "RESHAPE",
        "RESIZE_BILINEAR",
        "RNN",
        "SOFTMAX",
        "SPACE_TO_DEPTH",
        "SVDF",
        "TANH",
        "CONCAT_EMBEDDINGS",
        "SKIP_GRAM",
        "CALL",
        "CUSTOM",
        "EMBEDDING_LOOKUP_SPARSE",
        "PAD",
        "UNIDIRECTIONAL_SEQUENCE_RNN",
        "GATHER",
        "BATCH_TO_SPACE_ND",
        "SPACE_TO_BATCH_ND",
        "TRANSPOSE",
        "MEAN",
        "SUB",
        "DIV",
        "SQUEEZE",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "STRIDED_SLICE",
        "BIDIRECTIONAL_SEQUENCE_RNN",
        "EXP",
        "TOPK_V2",
        "SPLIT",
        "LOG_SOFTMAX",
        "DELEGATE",
        "BIDIRECTIONAL_SEQUENCE_LSTM",
        "CAST",
        "PRELU",
        "MAXIMUM",
        "ARG_MAX",
        "MINIMUM",
        "LESS",
        "NEG",
        "PADV2",
        "GREATER",
        "GREATER_EQUAL",
        "LESS_EQUAL",
        "SELECT",
        "SLICE",
        "SIN",
        "TRANSPOSE_CONV",
        "SPARSE_TO_DENSE",
        "TILE",
        "EXPAND_DIMS",
        "EQUAL",
        "NOT_EQUAL",
        "LOG",
        "SUM",
        "SQRT",
        "RSQRT",
        "SHAPE",
        "POW",
        "ARG_MIN",
        "FAKE_QUANT",
        "REDUCE_PROD",
        "REDUCE_MAX",
        "PACK",
        "LOGICAL_OR",
        "ONE_HOT",
        "LOGICAL_AND",
        "LOGICAL_NOT",
        "UNPACK",
        "REDUCE_MIN",
        "FLOOR_DIV",
        "REDUCE_ANY",
        "SQUARE",
        "ZEROS_LIKE",
        "FILL",
        "FLOOR_MOD",
        "RANGE",
        "RESIZE_NEAREST_NEIGHBOR",
        "LEAKY_RELU",
        "SQUARED_DIFFERENCE",
        "MIRROR_PAD",
        "ABS",
        "SPLIT_V",
        "UNIQUE",
        "CEIL",
        "REVERSE_V2",
        "ADD_N",
        "GATHER_ND",
        "COS",
        "WHERE",
        "RANK",
        "ELU",
        "REVERSE_SEQUENCE",
        "MATRIX_DIAG",
        "QUANTIZE",
        "MATRIX_SET_DIAG",
        "ROUND",
        "HARD_SWISH"
    };

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

    /** The schema's name of any operator, understood or not. */
    static String nameOf(int code) {
        return code >= 0 && code < NAMES.length
                ? NAMES[code]
                : of(code).map(BuiltinOperator::name).orElse("operator " + code);
    }

    /** The names of all that are understood, for messages. */
    static String supported() {
        return Arrays.stream(values()).map(BuiltinOperator::name).collect(Collectors.joining(", "));
    }

    int code() {
        return code;
    }

    /** Number of its options in the schema's union of them; 0 for none. */
    int optionsCode() {
        return optionsCode;
    }
}
