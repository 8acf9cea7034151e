package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;

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

    /** The value at {@code index} of a little-endian buffer. */
    double read(ByteBuffer values, int index) {
        return switch (this) {
            case U8 -> Byte.toUnsignedInt(values.get(index));
            case I8 -> values.get(index);
            case F32 -> values.getFloat(index * Float.BYTES);
        };
    }
}
