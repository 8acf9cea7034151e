// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SerialBoardLinkTest {
    private static final Path PORT = Path.of("/dev/ttyACM0");

    @Test
    void shouldCallOnlyATakenLockInUse() {
        assertTrue(SerialBoardLink.notOpened(PORT, 11).actual().orElseThrow().startsWith("in use"));
        assertTrue(SerialBoardLink.notOpened(PORT, 16).actual().orElseThrow().startsWith("in use"));
        assertEquals("error 5", SerialBoardLink.notOpened(PORT, 5).actual().orElseThrow());
    }

    @Test
    void shouldNameTheGroupWherePermissionIsMissing() {
        assertTrue(SerialBoardLink.notOpened(PORT, 13).remedy().orElseThrow().contains("usermod -aG"));
    }
}
