// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.testing.ElfWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirmwareImageTest {
    private static final List<AddressRange> FLASH = List.of(new AddressRange(0x08000000, 2 << 20));
    private static final byte[] CODE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    @TempDir
    private Path folder;

    @Test
    void shouldReadSegmentsInAddressOrder() {
        FirmwareImage image = read(new ElfWriter(0x08000009)
                .load(0x08020000, new byte[] {42})
                .load(0x08000000, CODE)
                .toBytes());
        assertEquals(2, image.segments().size());
        assertArrayEquals(CODE, image.segments().get(0).bytes().toArray());
        assertEquals(0x08020000, image.segments().get(1).range().startAddress());
        assertEquals(10, image.sizeBytes());
        image.requireFits(FLASH, "board");
    }

    @Test
    void shouldNameAMissingFile() {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> FirmwareImage.read(folder.resolve("nothing.elf")));
        assertEquals(FailureKind.BUNDLE, failure.kind());
        assertEquals("no such file", failure.actual().orElseThrow());
    }

    @Test
    void shouldRefuseWhatIsNoElfFile() {
        assertRefused(
                "without ELF header", "hello, this is text and not a program at all".getBytes(StandardCharsets.UTF_8));
        assertRefused("an empty file", new byte[0]);
    }

    @Test
    void shouldRefuseAnotherMachine() {
        byte[] file = valid();
        file[18] = 62;
        assertRefused("ELF machine 62", file);
    }

    @Test
    void shouldRefuse64Bits() {
        byte[] file = valid();
        file[4] = 2;
        assertRefused("class 2", file);
    }

    @Test
    void shouldRefuseAFileCutOffAnywhere() {
        byte[] file = valid();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertEquals(
                    FailureKind.BUNDLE,
                    assertThrows(BenchFailure.class, () -> read(cut), "cut to " + length)
                            .kind());
        }
    }

    @Test
    void shouldRefuseOverlappingSegments() {
        assertRefused(
                "0x08000000-0x08000008 and 0x08000008-0x08000008",
                new ElfWriter(0x08000001)
                        .load(0x08000000, CODE)
                        .load(0x08000008, new byte[] {1})
                        .toBytes());
    }

    @Test
    void shouldRefuseSegmentsOutsideOfFlash() {
        FirmwareImage image = read(new ElfWriter(0x08000001)
                .load(0x08000000, CODE)
                .load(0x20000000, CODE)
                .toBytes());
        BenchFailure failure = assertThrows(BenchFailure.class, () -> image.requireFits(FLASH, "board"));
        assertEquals("bytes for 0x20000000-0x20000008", failure.actual().orElseThrow());
    }

    @Test
    void shouldRefuseAnImageWithoutVectorTable() {
        FirmwareImage image =
                read(new ElfWriter(0x08020001).load(0x08020000, CODE).toBytes());
        assertThrows(BenchFailure.class, () -> image.requireFits(FLASH, "board"));
    }

    private static byte[] valid() {
        return new ElfWriter(0x08000001).load(0x08000000, CODE).toBytes();
    }

    private void assertRefused(String actual, byte[] file) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> read(file));
        assertEquals(FailureKind.BUNDLE, failure.kind());
        assertTrue(failure.actual().orElseThrow().contains(actual), failure.getMessage());
    }

    private FirmwareImage read(byte[] content) {
        try {
            return FirmwareImage.read(Files.write(folder.resolve("firmware.elf"), content));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
