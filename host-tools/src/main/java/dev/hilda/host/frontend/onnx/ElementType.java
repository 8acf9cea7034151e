// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.nio.ByteBuffer;

/** Types of a tensor's elements that are read, by their number in the format. */
enum ElementType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    BFLOAT16(16, 16),
    UINT4(21, 4),
    INT4(22, 4);

    private final int number;
    private final int bits;

    ElementType(int number, int bits) {
        this.number = number;
        this.bits = bits;
    }

    static ElementType of(int number, String what) {
        for (ElementType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new ImportProblem(
                what + " of float, integers or bool",
                "element type " + number,
                "export the model in float32 or quantized to 8 bits");
    }

    int bits() {
        return bits;
    }

    boolean isReal() {
        return this == FLOAT || this == FLOAT16 || this == DOUBLE || this == BFLOAT16;
    }

    /** Whether its elements may be codes of activations or weights. */
    boolean isCode() {
        return this == UINT8 || this == INT8 || this == UINT4 || this == INT4;
    }

    boolean isSigned() {
        return this == INT8 || this == INT4 || this == INT16;
    }

    /** What makes a code of it an unsigned one. */
    int codeOffset() {
        return isSigned() ? 1 << (bits - 1) : 0;
    }

    /** Bytes of so many elements. */
    long bytes(long count) {
        return (count * bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** An element of raw data, which is little-endian. */
    double element(ByteBuffer raw, int index) {
        return switch (this) {
            case FLOAT -> raw.getFloat(index * Float.BYTES);
            case DOUBLE -> raw.getDouble(index * Double.BYTES);
            case FLOAT16 -> half(raw.getShort(index * Short.BYTES));
            case BFLOAT16 -> Float.intBitsToFloat(raw.getShort(index * Short.BYTES) << Short.SIZE);
            case UINT8, BOOL -> raw.get(index) & 0xFF;
            case INT8 -> raw.get(index);
            case UINT16 -> raw.getShort(index * Short.BYTES) & 0xFFFF;
            case INT16 -> raw.getShort(index * Short.BYTES);
            case INT32 -> raw.getInt(index * Integer.BYTES);
            case UINT32 -> Integer.toUnsignedLong(raw.getInt(index * Integer.BYTES));
            case INT64 -> raw.getLong(index * Long.BYTES);
            case UINT4 -> nibble(raw, index);
            case INT4 -> (nibble(raw, index) ^ 8) - 8;
        };
    }

    /** The first of two is in the low bits. */
    private static int nibble(ByteBuffer raw, int index) {
        return raw.get(index / 2) >> (index % 2 * 4) & 0xF;
    }

    /** IEEE 754 binary16. */
    static double half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        double magnitude = exponent == 0
                ? Math.scalb((double) fraction, -24)
                : exponent == 0x1F
                        ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                        : Math.scalb((double) (fraction | 0x400), exponent - 25);
        return bits < 0 ? -magnitude : magnitude;
    }
}
