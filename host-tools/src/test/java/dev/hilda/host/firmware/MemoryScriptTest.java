// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.profile.BoardProfile;
import org.junit.jupiter.api.Test;

class MemoryScriptTest {
    /** Developers build the template by CMake, which reads no profiles. */
    @Test
    void shouldGiveWhatTheTemplateHoldsForTheBoardItIsWrittenFor() {
        BoardProfile board = ChangedProfile.of();
        FirmwarePort port = FirmwarePort.of(board);
        assertEquals(
                ResourceTree.read(FirmwareBuild.TEMPLATE).text(port.memoryScript()),
                MemoryScript.of(board, port.roles()));
    }

    @Test
    void shouldRefuseARoleWithoutMemory() {
        requireRefusal("memory with role staging in one piece", "none", "roles: [staging]", "roles: []");
    }

    @Test
    void shouldRefuseARoleWhoseMemoryHasAGap() {
        requireRefusal(
                "memory with role activations in one piece",
                "DTCM, AXI_SRAM",
                "[stack, data]",
                "[stack, data, activations]");
    }

    @Test
    void shouldRefuseRolesThatShareAPartOfAMemory() {
        requireRefusal(
                "roles that share a memory whole or not at all",
                "SRAM2_SRAM3 and SRAM1_SRAM2",
                "origin: 0x30020000\n    size_bytes: 131072\n    roles: [staging]",
                "origin: 0x30020000\n    size_bytes: 131072\n    roles: [staging, dma-buffers]");
    }

    private static void requireRefusal(String expected, String actual, String find, String replace) {
        BoardProfile board = ChangedProfile.of(find, replace);
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> MemoryScript.of(board, FirmwarePort.of(board).roles()));
        assertEquals(expected, failure.expected().orElseThrow());
        assertEquals(actual, failure.actual().orElseThrow());
    }
}
