// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a flasher needs from a 32-bit little-endian Arm ELF executable: the loadable segments and the entry point
 * (System V ABI, "Object Files" chapters 4 and 5; machine number from the ELF for the Arm Architecture document).
 */
final class ElfReader {
    private static final int HEADER_BYTES = 52;
    private static final int PROGRAM_HEADER_BYTES = 32;
    private static final byte[] MAGIC = {0x7F, 'E', 'L', 'F'};
    private static final int CLASS_32 = 1;
    private static final int DATA_LITTLE_ENDIAN = 1;
    private static final int TYPE_EXECUTABLE = 2;
    private static final int MACHINE_ARM = 40;
    private static final int SEGMENT_LOAD = 1;

    private final String name;
    private final ByteBuffer file;

    private ElfReader(String name, byte[] bytes) {
        this.name = name;
        this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static FirmwareImage read(String name, byte[] bytes) {
        return new ElfReader(name, bytes).image();
    }

    private FirmwareImage image() {
        checkHeader();
        long entry = Integer.toUnsignedLong(file.getInt(24));
        if ((entry & 1) == 0) {
            throw damaged("a Thumb entry point (bit 0 set)", String.format("entry point 0x%08x", entry));
        }
        requireInFile(
                "the section headers",
                Integer.toUnsignedLong(file.getInt(32)),
                (long) Short.toUnsignedInt(file.getShort(46)) * Short.toUnsignedInt(file.getShort(48)));
        List<FirmwareImage.Segment> segments = segments();
        if (segments.isEmpty()) {
            throw damaged("something to load", "no loadable segment");
        }
        return new FirmwareImage(name, Bytes.of(file.array()), segments, entry);
    }

    private void checkHeader() {
        int size = file.capacity();
        if (size < HEADER_BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(file.array(), MAGIC.length))) {
            throw damaged(
                    "an ELF file", size == 0 ? "an empty file" : "a file of " + size + " bytes without ELF header");
        }
        if (file.get(4) != CLASS_32 || file.get(5) != DATA_LITTLE_ENDIAN) {
            throw damaged("a 32-bit little-endian ELF file", "class " + file.get(4) + ", data encoding " + file.get(5));
        }
        if (file.getShort(18) != MACHINE_ARM) {
            throw damaged(
                    "a program for Arm (ELF machine 40)", "ELF machine " + Short.toUnsignedInt(file.getShort(18)));
        }
        if (file.getShort(16) != TYPE_EXECUTABLE) {
            throw damaged("a linked program (ELF type 2)", "ELF type " + file.getShort(16));
        }
    }

    private List<FirmwareImage.Segment> segments() {
        long tableOffset = Integer.toUnsignedLong(file.getInt(28));
        int entryBytes = Short.toUnsignedInt(file.getShort(42));
        int count = Short.toUnsignedInt(file.getShort(44));
        if (count > 0 && entryBytes != PROGRAM_HEADER_BYTES) {
            throw damaged("program headers of 32 bytes", "program headers of " + entryBytes + " bytes");
        }
        requireInFile("the program headers", tableOffset, (long) count * PROGRAM_HEADER_BYTES);
        List<FirmwareImage.Segment> segments = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            int at = (int) tableOffset + index * PROGRAM_HEADER_BYTES;
            int fileBytes = file.getInt(at + 16);
            if (file.getInt(at) == SEGMENT_LOAD && fileBytes != 0) {
                add(segments, segment(index, at, Integer.toUnsignedLong(fileBytes)));
            }
        }
        return segments;
    }

    private FirmwareImage.Segment segment(int index, int at, long fileBytes) {
        long offset = Integer.toUnsignedLong(file.getInt(at + 4));
        long physicalAddress = Integer.toUnsignedLong(file.getInt(at + 12));
        requireInFile("segment " + index, offset, fileBytes);
        if (physicalAddress + fileBytes > 1L << 32) {
            throw damaged("32-bit addresses", "segment " + index + " reaches beyond them");
        }
        byte[] bytes = Arrays.copyOfRange(file.array(), (int) offset, (int) (offset + fileBytes));
        return new FirmwareImage.Segment(new AddressRange(physicalAddress, fileBytes), Bytes.of(bytes));
    }

    private void add(List<FirmwareImage.Segment> segments, FirmwareImage.Segment added) {
        for (FirmwareImage.Segment other : segments) {
            if (other.range().overlaps(added.range())) {
                throw damaged("segments apart from one another", other.range() + " and " + added.range());
            }
        }
        segments.add(added);
    }

    private void requireInFile(String what, long offset, long bytes) {
        if (bytes > 0 && offset + bytes > file.capacity()) {
            throw damaged(
                    what + " at bytes " + offset + "-" + (offset + bytes - 1),
                    "a file of " + file.capacity() + " bytes, cut off or damaged");
        }
    }

    private BenchFailure damaged(String expected, String actual) {
        return BenchFailure.of(FailureKind.BUNDLE, "use firmware file " + name)
                .expected(expected)
                .actual(actual)
                .remedy("build it again; the board was not touched")
                .failure();
    }
}
