// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArenaMemoryTest {
    @Test
    void shouldLieBesideWhatKernelsWorkInUpToTheLastByte() {
        assertEquals(ArenaMemory.DATA, ArenaMemory.of(640, 320, 960));
        assertEquals(ArenaMemory.ACTIVATIONS, ArenaMemory.of(640, 320, 959));
        assertEquals(ArenaMemory.ACTIVATIONS, ArenaMemory.of(641, 320, 960));
        assertEquals(ArenaMemory.ACTIVATIONS, ArenaMemory.of(640, 321, 960));
    }

    /** Both begin at whole lines. */
    @Test
    void shouldCountWhatAlignmentTakes() {
        assertEquals(ArenaMemory.DATA, ArenaMemory.of(4, 2, 64));
        assertEquals(ArenaMemory.ACTIVATIONS, ArenaMemory.of(4, 2, 63));
        assertEquals(ArenaMemory.ACTIVATIONS, ArenaMemory.of(4, 0, 0));
    }

    @Test
    void shouldHaveTheNameOfABoardsMemory() {
        BoardProfile board = new ProfileCatalog(Path.of("/nonexistent")).load("nucleo-h743zi");
        assertEquals("DTCM", ArenaMemory.DATA.nameOn(board));
        assertEquals("AXI_SRAM", ArenaMemory.ACTIVATIONS.nameOn(board));
    }
}
