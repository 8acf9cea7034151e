// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import dev.hilda.agent.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A firmware file that has been looked at: what it puts where. Whatever is wrong with a firmware file is found here,
 * before any board is touched.
 *
 * @param name file name, for messages
 * @param elf the file as it is
 * @param segments what goes into memory, ordered by address, not overlapping, none empty
 * @param entryAddress address of the first instruction, bit 0 set (Thumb)
 */
public record FirmwareImage(String name, Bytes elf, List<Segment> segments, long entryAddress) {
    private static final int MAX_BINARY_BYTES = 1 << 23;
    /** Debugging information may be many times as large as what is flashed. */
    private static final int MAX_FILE_BYTES = 1 << 28;

    private static final int ERASED = 0xff;

    /**
     * A run of bytes for flash.
     *
     * @param range load (physical) addresses
     */
    public record Segment(AddressRange range, Bytes bytes) {}

    public FirmwareImage {
        segments = segments.stream()
                .sorted(Comparator.comparingLong(segment -> segment.range().startAddress()))
                .toList();
    }

    /**
     * Reads and checks an ELF file for an Arm microcontroller.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE} when it cannot be read or is not such a file
     */
    public static FirmwareImage read(Path file) {
        byte[] bytes;
        try (InputStream stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IOException("more than " + MAX_FILE_BYTES + " bytes");
            }
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file", e);
        } catch (IOException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
        return ElfReader.read(String.valueOf(file.getFileName()), bytes);
    }

    /**
     * Checks an ELF file for an Arm microcontroller that is in memory.
     *
     * @param name for messages
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE} when it is not such a file
     */
    public static FirmwareImage of(String name, byte[] elf) {
        return ElfReader.read(name, elf);
    }

    /** Bytes that end up in flash. */
    public long sizeBytes() {
        return segments.stream()
                .mapToLong(segment -> segment.range().sizeBytes())
                .sum();
    }

    /**
     * The content of flash from the first segment's start to the last one's end; gaps read as erased.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE} when the segments are farther apart than any flash is large
     */
    public byte[] binary() {
        long start = segments.get(0).range().startAddress();
        AddressRange last = segments.get(segments.size() - 1).range();
        long size = last.startAddress() + last.sizeBytes() - start;
        if (size > MAX_BINARY_BYTES) {
            throw BenchFailure.of(FailureKind.BUNDLE, "use firmware file " + name)
                    .expected("segments within " + MAX_BINARY_BYTES + " bytes")
                    .actual(size + " bytes from the first to the last")
                    .failure();
        }
        byte[] binary = new byte[(int) size];
        Arrays.fill(binary, (byte) ERASED);
        for (Segment segment : segments) {
            int at = (int) (segment.range().startAddress() - start);
            segment.bytes().copyTo(0, binary, at, segment.bytes().size());
        }
        return binary;
    }

    /** SHA-256 of the file, in hexadecimal. */
    public String sha256() {
        return Sha256.hex(elf.toArray());
    }

    /**
     * Checks that the image lies in flash and starts where the core starts: at the vector table in the first bytes of
     * flash.
     *
     * @param flash the chip's flash, in ascending order
     * @param board the board, as messages name it
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE}
     */
    public void requireFits(List<AddressRange> flash, String board) {
        for (Segment segment : segments) {
            if (flash.stream().noneMatch(region -> region.contains(segment.range()))) {
                throw rejected(board, "every byte in flash " + flash, "bytes for " + segment.range());
            }
        }
        AddressRange start = new AddressRange(flash.get(0).startAddress(), 8);
        if (!segments.get(0).range().contains(start)) {
            throw rejected(
                    board,
                    "a vector table at " + start,
                    "a first segment at " + segments.get(0).range());
        }
        if (flash.stream().noneMatch(region -> region.contains(new AddressRange(entryAddress & ~1L, 2)))) {
            throw rejected(
                    board, "an entry point in flash", String.format("entry point 0x%08x outside of it", entryAddress));
        }
    }

    private BenchFailure rejected(String board, String expected, String actual) {
        return BenchFailure.of(FailureKind.BUNDLE, "use firmware file " + name)
                .board(board)
                .expected(expected)
                .actual(actual)
                .remedy("link the firmware for this board's memory map, or choose the board it was built for")
                .failure();
    }

    private static BenchFailure unreadable(Path file, String reason, IOException cause) {
        return BenchFailure.of(FailureKind.BUNDLE, "read firmware file " + file)
                .actual(reason)
                .remedy("check the path given with --firmware")
                .cause(cause)
                .failure();
    }
}
