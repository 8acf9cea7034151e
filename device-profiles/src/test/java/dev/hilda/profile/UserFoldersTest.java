// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserFoldersTest {
    @Test
    void shouldPreferTheVariable() {
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", "/caches", "HOME", "/home/a");
        assertEquals(Path.of("/caches/hilda"), new UserFolders(environment, "/home/b").cache());
    }

    @Test
    void shouldPassOverARelativeVariable() {
        Map<String, String> environment = Map.of("XDG_CONFIG_HOME", "config", "HOME", "/home/a");
        assertEquals(Path.of("/home/a/.config/hilda"), new UserFolders(environment, "/home/b").config());
    }

    @Test
    void shouldKeepStateBelowTheHomeFolder() {
        assertEquals(
                Path.of("/home/a/.local/state/hilda"), new UserFolders(Map.of("HOME", "/home/a"), "/home/b").state());
    }

    @Test
    void shouldAskThePasswordFileLast() {
        assertEquals(Path.of("/home/b/.cache/hilda"), new UserFolders(Map.of(), "/home/b").cache());
    }

    @Test
    void shouldSayWhatToDoWithoutAHome() {
        ProfileException failure =
                assertThrows(ProfileException.class, () -> new UserFolders(Map.of("HOME", ""), "?").cache());
        assertTrue(String.valueOf(failure.getMessage()).contains("export HOME="), failure.toString());
    }
}
