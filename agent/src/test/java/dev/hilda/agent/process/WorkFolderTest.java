// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.folder.RuntimeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    /** No process has this id: Linux counts to 4194304. */
    private static final String LEFT = "hilda-flash-4194305-1-77";

    @TempDir
    private Path temporary;

    @Test
    void shouldBeOfThisUserAloneAndGoWithItsContent() throws IOException {
        WorkFolder folder = WorkFolder.create("test");
        Files.writeString(Files.createDirectory(folder.path().resolve("below")).resolve("file"), "x");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));
        folder.close();
        assertFalse(Files.exists(folder.path()));
    }

    @Test
    void shouldOutliveAStartOfAnotherWhileThisOneRuns() throws IOException {
        try (WorkFolder folder = WorkFolder.create("test")) {
            WorkFolder.removeLeft(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
            assertTrue(Files.exists(folder.path()));
        }
    }

    @Test
    void shouldRemoveWhatAKilledJvmLeftAndNothingElse() throws IOException {
        Files.writeString(Files.createDirectory(temporary.resolve(LEFT)).resolve("firmware.elf"), "x");
        Path file = Files.createFile(temporary.resolve("hilda-demo-4194305-1-78"));
        Path foreign = Files.createDirectory(temporary.resolve("hilda-flash-by-hand"));
        WorkFolder.removeLeft(temporary);
        assertFalse(Files.exists(temporary.resolve(LEFT)));
        assertTrue(Files.exists(file) && Files.exists(foreign));
    }

    @Test
    void shouldLeaveTheFolderOfAnotherUser() throws IOException {
        assumeTrue(RuntimeFolder.userId() == 0, "only root makes another user's folder");
        Path folder = Files.createDirectory(temporary.resolve(LEFT));
        Files.setAttribute(folder, "unix:uid", 65534);
        WorkFolder.removeLeft(temporary);
        assertTrue(Files.exists(folder));
    }
}
