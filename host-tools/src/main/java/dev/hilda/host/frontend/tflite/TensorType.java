// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

/** Types of a file's tensors that matter here, by their number in the schema. */
enum TensorType {
    FLOAT32(0, 4),
    FLOAT16(1, 2),
    INT32(2, 4),
    UINT8(3, 1),
    INT64(4, 8),
    BOOL(6, 1),
    INT16(7, 2),
    INT8(9, 1),
    /** Any other. */
    OTHER(-1, 1);

    private final int code;
    private final int bytes;

    TensorType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    static TensorType of(int code) {
        for (TensorType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return OTHER;
    }

    int code() {
        return code;
    }

    /** Bytes of an element. */
    int bytes() {
        return bytes;
    }

    /** Whether the elements are codes of eight bits. */
    boolean isCode() {
        return this == INT8 || this == UINT8;
    }

    /** What is added to an element to make it an unsigned code. */
    int codeOffset() {
        return this == INT8 ? 128 : 0;
    }
}
