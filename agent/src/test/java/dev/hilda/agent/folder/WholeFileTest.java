// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    private static final int LARGE_BYTES = 4 << 20;

    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldMakeAndReplaceAFile() throws Exception {
        Path file = folder.resolve("result.json");
        WholeFile.write(file, new byte[] {1, 2, 3});
        WholeFile.write(file, new byte[] {4});
        assertArrayEquals(new byte[] {4}, Files.readAllBytes(file));
        assertEquals(List.of("result.json"), names());
    }

    @Test
    void shouldReplaceWhatALinkLeadsTo() throws Exception {
        Path file = Files.write(folder.resolve("real"), new byte[] {1});
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        WholeFile.write(link, new byte[] {2});
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(new byte[] {2}, Files.readAllBytes(file));
    }

    @Test
    void shouldLeaveNothingBehindWhereItCannotWrite() throws Exception {
        Path file = folder.resolve("missing").resolve("result.json");
        assertThrows(IOException.class, () -> WholeFile.write(file, new byte[] {1}));
        assertEquals(List.of(), names());
    }

    /** Who looks while it is written sees the old content or the new, never a part. */
    @Test
    void shouldNeverShowAPart() throws Exception {
        Path file = folder.resolve("result.json");
        WholeFile.write(file, filled(0));
        boolean[] torn = {false};
        int[] looked = {0};
        Thread reader = new Thread(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    byte[] seen = Files.readAllBytes(file);
                    torn[0] |= seen.length != LARGE_BYTES || seen[0] != seen[LARGE_BYTES - 1];
                    looked[0]++;
                }
            } catch (IOException e) {
                torn[0] |= !Thread.currentThread().isInterrupted();
            }
        });
        reader.start();
        for (int value = 1; value <= 20; value++) {
            WholeFile.write(file, filled(value));
        }
        reader.interrupt();
        reader.join();
        assertTrue(looked[0] > 0, "nobody looked");
        assertTrue(!torn[0], "a part was seen");
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[LARGE_BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
