// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Optional;

/**
 * A table of a FlatBuffer (google.github.io/flatbuffers, "Internals"). Every offset and length is checked against the
 * file before it is used; nothing larger than the file is allocated.
 */
final class FlatTable {
    private static final int OFFSET_BYTES = 4;
    private static final int VTABLE_HEADER_BYTES = 4;

    private final ByteBuffer file;
    private final int position;
    private final int vtable;
    private final int vtableBytes;
    private final int tableBytes;

    private FlatTable(ByteBuffer file, long position) {
        this.file = file;
        this.position = within(file, position, OFFSET_BYTES);
        this.vtable = within(file, position - file.getInt(this.position), VTABLE_HEADER_BYTES);
        this.vtableBytes = Short.toUnsignedInt(file.getShort(vtable));
        this.tableBytes = Short.toUnsignedInt(file.getShort(vtable + 2));
        ImportProblem.requireIntact(
                vtableBytes >= VTABLE_HEADER_BYTES && tableBytes >= OFFSET_BYTES,
                "a table with a header",
                "one of " + tableBytes + " bytes at " + position);
        within(file, vtable, vtableBytes);
        within(file, position, tableBytes);
    }

    /** The table that a whole file is. */
    static FlatTable root(ByteBuffer file) {
        ByteBuffer ordered = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        within(ordered, 0, OFFSET_BYTES);
        return new FlatTable(ordered, Integer.toUnsignedLong(ordered.getInt(0)));
    }

    boolean has(int field) {
        return fieldPosition(field, 1) != 0;
    }

    byte getByte(int field, byte absent) {
        int at = fieldPosition(field, Byte.BYTES);
        return at == 0 ? absent : file.get(at);
    }

    int getInt(int field, int absent) {
        int at = fieldPosition(field, Integer.BYTES);
        return at == 0 ? absent : file.getInt(at);
    }

    float getFloat(int field, float absent) {
        int at = fieldPosition(field, Float.BYTES);
        return at == 0 ? absent : file.getFloat(at);
    }

    Optional<FlatTable> getTable(int field) {
        int at = fieldPosition(field, OFFSET_BYTES);
        return at == 0 ? Optional.empty() : Optional.of(new FlatTable(file, target(at)));
    }

    /** A view of the bytes, little-endian; empty where there are none. */
    ByteBuffer getBytes(int field) {
        return vector(field, Byte.BYTES);
    }

    IntBuffer getInts(int field) {
        return vector(field, Integer.BYTES).asIntBuffer();
    }

    LongBuffer getLongs(int field) {
        return vector(field, Long.BYTES).asLongBuffer();
    }

    FloatBuffer getFloats(int field) {
        return vector(field, Float.BYTES).asFloatBuffer();
    }

    /** How many tables a vector of tables has. */
    int tableCount(int field) {
        return vector(field, OFFSET_BYTES).remaining() / OFFSET_BYTES;
    }

    /** One table of a vector of tables. */
    FlatTable getTable(int field, int index) {
        int first = Math.toIntExact(target(fieldPosition(field, OFFSET_BYTES)) + OFFSET_BYTES);
        return new FlatTable(file, target(first + index * OFFSET_BYTES));
    }

    private ByteBuffer vector(int field, int elementBytes) {
        int at = fieldPosition(field, OFFSET_BYTES);
        if (at == 0) {
            return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
        }
        long length = within(file, target(at), OFFSET_BYTES);
        long bytes = Integer.toUnsignedLong(file.getInt((int) length)) * elementBytes;
        int start = within(file, length + OFFSET_BYTES, bytes);
        return file.slice(start, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where a field of this size is in the file; 0 when the table does not have it. */
    private int fieldPosition(int field, int sizeBytes) {
        int slot = VTABLE_HEADER_BYTES + 2 * field;
        if (slot + 2 > vtableBytes) {
            return 0;
        }
        int offset = Short.toUnsignedInt(file.getShort(vtable + slot));
        ImportProblem.requireIntact(
                offset + sizeBytes <= tableBytes, "field " + field + " inside its table", "offset " + offset);
        return offset == 0 ? 0 : position + offset;
    }

    private long target(int at) {
        return at + Integer.toUnsignedLong(file.getInt(at));
    }

    private static int within(ByteBuffer file, long position, long bytes) {
        ImportProblem.requireIntact(
                position >= 0 && position + bytes <= file.limit(),
                "an offset inside the file's " + file.limit() + " bytes",
                bytes + " bytes at " + position);
        return (int) position;
    }
}
