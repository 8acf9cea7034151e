// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DemoFolderTest {
    private static final String HELD_OUT = "/dev/hilda/agent/dataset/shapes-held-out.yaml";
    private static final DemoScript SCRIPT = new DemoScript(
            "Before: nothing.", List.of(List.of("quantize", "a.tflite"), List.of("run", "it's a.hilda", "$HOME")));

    @TempDir
    private Path parent;

    @Test
    void shouldKeepWhatRepeatsTheDemoFromAnywhere() throws Exception {
        Path kept = parent.resolve("new/first-hour");
        for (int run = 0; run < 2; run++) {
            try (DemoFolder folder = DemoFolder.kept(kept)) {
                assertEquals("shapes-held-out.yaml", folder.unpack(HELD_OUT));
                folder.keep(SCRIPT);
            }
        }
        assertTrue(Files.exists(kept.resolve("shapes-held-out.yaml")));
        // Where the script is, HILDA is a program that says where it runs and what it was given.
        Path told =
                Files.writeString(parent.resolve("hilda"), "#!/bin/sh\nbasename \"$PWD\"\nprintf '%s|' \"$@\"\necho\n");
        assertTrue(told.toFile().setExecutable(true));
        ProcessBuilder script =
                new ProcessBuilder("sh", kept.resolve(DemoScript.NAME).toString()).redirectErrorStream(true);
        script.environment().put("HILDA", told.toString());
        Process process = script.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertEquals("first-hour\nquantize|a.tflite|\nfirst-hour\nrun|it's a.hilda|$HOME|\n", printed);
    }

    @Test
    void shouldLeaveNothingOfATemporaryFolder() throws Exception {
        DemoFolder folder = DemoFolder.create();
        try (folder) {
            folder.unpack(HELD_OUT);
            folder.keep(SCRIPT);
            assertFalse(Files.exists(folder.path().resolve(DemoScript.NAME)), "nobody can run it");
        }
        assertFalse(Files.exists(folder.path()));
    }
}
