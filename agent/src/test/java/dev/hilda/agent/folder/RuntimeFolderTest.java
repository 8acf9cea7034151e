// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeFolderTest {
    @Test
    void shouldUseTheRuntimeFolderOfTheEnvironment() {
        assertEquals(Path.of("/run/user/1/hilda"), RuntimeFolder.of(Map.of("XDG_RUNTIME_DIR", "/run/user/1")));
        assertTrue(RuntimeFolder.of(Map.of("XDG_RUNTIME_DIR", "")).toString().matches("/tmp/hilda-\\d+"));
    }
}
