// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** How a data set stores one value of a sample; several bytes are little-endian. */
public enum ElementType {
    /** Unsigned byte, 0 … 255. */
    U8(1),
    /** Signed byte, −128 … 127. */
    I8(1),
    /** IEEE 754 single precision. */
    F32(4);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one value. */
    public int bytes() {
        return bytes;
    }

    /** As a data set's YAML writes it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What can be stored; empty where that says nothing of what is. */
    Optional<ValueRange> range() {
        return switch (this) {
            case U8 -> Optional.of(ValueRange.BYTE);
            case I8 -> Optional.of(new ValueRange(-128, 127));
            case F32 -> Optional.empty();
        };
    }

    /** The first value that is an infinity or no number at all; bytes are always numbers. */
    OptionalDouble firstNotFinite(byte[] values) {
        if (this != F32) {
            return OptionalDouble.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, values.length / bytes)
                .mapToDouble(index -> read(buffer, index))
                .filter(value -> !Double.isFinite(value))
                .findFirst();
    }

    /** The value at {@code index} of a little-endian buffer. */
    double read(ByteBuffer values, int index) {
        return switch (this) {
            case U8 -> Byte.toUnsignedInt(values.get(index));
            case I8 -> values.get(index);
            case F32 -> values.getFloat(index * Float.BYTES);
        };
    }
}
