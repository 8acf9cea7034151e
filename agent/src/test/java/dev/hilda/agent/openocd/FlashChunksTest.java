// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareImage.Segment;
import dev.hilda.agent.openocd.FlashChunks.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlashChunksTest {
    private static final long FLASH = 0x08000000;

    @Test
    void shouldJoinNeighboursThatShareAFlashWord() {
        List<Chunk> chunks = FlashChunks.of(image(segment(FLASH, 1, 2, 3), segment(FLASH + 5, 9)));
        assertEquals(1, chunks.size());
        byte[] bytes = chunks.get(0).bytes().toArray();
        assertEquals(32, bytes.length);
        assertEquals(
                List.of(1, 2, 3, -1, -1, 9, -1),
                List.of(
                        (int) bytes[0],
                        (int) bytes[1],
                        (int) bytes[2],
                        (int) bytes[3],
                        (int) bytes[4],
                        (int) bytes[5],
                        (int) bytes[6]));
    }

    @Test
    void shouldCoverEveryByteOfRandomImagesInWholeFlashWords() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Segment> segments = new ArrayList<>();
            long address = FLASH;
            for (int count = random.nextInt(4) + 1; count > 0; count--) {
                byte[] bytes = new byte[random.nextInt(100_000) + 1];
                random.nextBytes(bytes);
                segments.add(new Segment(new AddressRange(address, bytes.length), Bytes.of(bytes)));
                address += bytes.length + random.nextInt(70_000);
            }
            byte[] memory = programmed(FlashChunks.of(image(segments.toArray(new Segment[0]))), seed);
            for (Segment segment : segments) {
                int at = (int) (segment.range().startAddress() - FLASH);
                byte[] expected = segment.bytes().toArray();
                for (int index = 0; index < expected.length; index++) {
                    assertEquals(expected[index], memory[at + index], "seed " + seed);
                }
            }
        }
    }

    private static byte[] programmed(List<Chunk> chunks, long seed) {
        byte[] memory = new byte[1 << 20];
        long end = FLASH;
        for (Chunk chunk : chunks) {
            int size = chunk.bytes().size();
            assertTrue(chunk.address() >= end, "overlap, seed " + seed);
            assertEquals(0, chunk.address() % 32, "seed " + seed);
            assertEquals(0, size % 32, "seed " + seed);
            assertTrue(size <= FlashChunks.CHUNK_BYTES, "seed " + seed);
            chunk.bytes().copyTo(0, memory, (int) (chunk.address() - FLASH), size);
            end = chunk.address() + size;
        }
        return memory;
    }

    private static Segment segment(long address, int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return new Segment(new AddressRange(address, bytes.length), Bytes.of(bytes));
    }

    private static FirmwareImage image(Segment... segments) {
        return new FirmwareImage("test.elf", Bytes.of(new byte[0]), List.of(segments), FLASH | 1);
    }
}
