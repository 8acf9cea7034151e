// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.board.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes small ELF executables for Arm, for tests that need firmware files but no compiler. */
public final class ElfWriter {
    private static final int HEADER_BYTES = 52;
    private static final int PROGRAM_HEADER_BYTES = 32;

    private record Segment(int type, long address, Bytes bytes) {}

    private final long entryAddress;
    private final List<Segment> segments = new ArrayList<>();

    /**
     * A file without segments.
     *
     * @param entryAddress of the first instruction, bit 0 set for Thumb
     */
    public ElfWriter(long entryAddress) {
        this.entryAddress = entryAddress;
    }

    /** Adds bytes to load at a physical address. */
    public ElfWriter load(long address, byte[] bytes) {
        segments.add(new Segment(1, address, Bytes.of(bytes)));
        return this;
    }

    /** The file. */
    public byte[] toBytes() {
        int contentAt = HEADER_BYTES + segments.size() * PROGRAM_HEADER_BYTES;
        int size = contentAt
                + segments.stream().mapToInt(segment -> segment.bytes().size()).sum();
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7F, 'E', 'L', 'F', 1, 1, 1}).position(16);
        file.putShort((short) 2).putShort((short) 40).putInt(1).putInt((int) entryAddress);
        file.putInt(HEADER_BYTES).putInt(0).putInt(0).putShort((short) HEADER_BYTES);
        file.putShort((short) PROGRAM_HEADER_BYTES).putShort((short) segments.size());
        file.position(HEADER_BYTES);
        int offset = contentAt;
        for (Segment segment : segments) {
            int bytes = segment.bytes().size();
            file.putInt(segment.type()).putInt(offset).putInt((int) segment.address());
            file.putInt((int) segment.address())
                    .putInt(bytes)
                    .putInt(bytes)
                    .putInt(5)
                    .putInt(4);
            offset += bytes;
        }
        segments.forEach(segment -> file.put(segment.bytes().toArray()));
        return file.array();
    }
}
