// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareImage.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image cut into pieces small enough that even a slow chip finishes one within the patience of a watcher. Pieces
 * begin and end on whole flash words, because programming a word twice breaks its ECC (RM0433 section 4.3.9).
 */
final class FlashChunks {
    /** Bytes of a piece at most: 1,024 flash words of the STM32H7. */
    static final int CHUNK_BYTES = 32 * 1024;

    /** A flash word of the STM32H7; a multiple of every other STM32's. */
    static final int FLASH_WORD_BYTES = 32;

    private static final byte ERASED = (byte) 0xFF;

    /**
     * One piece.
     *
     * @param address first byte, a multiple of {@value #FLASH_WORD_BYTES}
     * @param bytes 32–{@value #CHUNK_BYTES} bytes, a whole number of flash words; gaps are left erased
     */
    record Chunk(long address, Bytes bytes) {}

    private FlashChunks() {}

    /** Cuts an image; pieces come in ascending order. */
    static List<Chunk> of(FirmwareImage image) {
        Map<Long, Window> windows = new TreeMap<>();
        for (Segment segment : image.segments()) {
            AddressRange range = segment.range();
            long first = range.startAddress() - range.startAddress() % CHUNK_BYTES;
            for (long start = first; start < range.endAddress(); start += CHUNK_BYTES) {
                windows.computeIfAbsent(start, Window::new).put(segment);
            }
        }
        return windows.values().stream().map(Window::chunk).toList();
    }

    /** An aligned stretch of {@value #CHUNK_BYTES} bytes of flash that is being filled. */
    private static final class Window {
        private final long start;
        private final byte[] content = new byte[CHUNK_BYTES];
        private int usedFrom = CHUNK_BYTES;
        private int usedTo;

        Window(long start) {
            this.start = start;
            Arrays.fill(content, ERASED);
        }

        void put(Segment segment) {
            AddressRange range = segment.range();
            int from = (int) (Math.max(start, range.startAddress()) - start);
            int to = (int) (Math.min(start + CHUNK_BYTES, range.endAddress()) - start);
            segment.bytes().copyTo((int) (start + from - range.startAddress()), content, from, to - from);
            usedFrom = Math.min(usedFrom, from);
            usedTo = Math.max(usedTo, to);
        }

        Chunk chunk() {
            int from = usedFrom - usedFrom % FLASH_WORD_BYTES;
            int to = usedTo + Math.floorMod(-usedTo, FLASH_WORD_BYTES);
            return new Chunk(start + from, Bytes.of(Arrays.copyOfRange(content, from, to)));
        }
    }
}
