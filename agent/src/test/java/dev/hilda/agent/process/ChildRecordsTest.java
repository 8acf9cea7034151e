// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildRecordsTest {
    /** No process has this id: Linux counts to 4194304. */
    private static final String GONE = "4194305 1";

    @TempDir
    private Path folder;

    private Process child;

    @BeforeEach
    void startChild() throws IOException {
        child = new ProcessBuilder("sleep", "60").start();
        records().add(child.pid());
    }

    @AfterEach
    void endChild() {
        child.destroyForcibly();
    }

    @Test
    void shouldEndAnOrphanAndNameIt() throws Exception {
        Files.writeString(record(), identity() + " " + GONE);
        assertEquals(List.of(child.pid()), records().endOrphans());
        assertFalse(child.isAlive());
        assertFalse(Files.exists(record()));
    }

    @Test
    void shouldEndWhatAnOrphanHasStarted() throws Exception {
        Process orphan = new ProcessBuilder("sh", "-c", "sleep 60 & echo started; wait").start();
        try {
            assertEquals('s', orphan.getInputStream().read());
            ProcessHandle grandchild = orphan.descendants().findFirst().orElseThrow();
            records().add(orphan.pid());
            Path record = folder.resolve(String.valueOf(orphan.pid()));
            Files.writeString(record, Files.readString(record).replaceFirst("\\d+ \\d+$", GONE));
            assertEquals(List.of(orphan.pid()), records().endOrphans());
            assertFalse(grandchild.isAlive());
        } finally {
            orphan.descendants().forEach(ProcessHandle::destroyForcibly);
            orphan.destroyForcibly();
        }
    }

    @Test
    void shouldLeaveAChildWhoseParentLives() throws IOException {
        assertEquals(List.of(), records().endOrphans());
        assertTrue(child.isAlive() && Files.exists(record()));
        records().remove(child.pid());
        assertFalse(Files.exists(record()));
    }

    @Test
    void shouldLeaveAnotherProcessThatGotTheSameId() throws IOException {
        Files.writeString(record(), identity() + "1 " + GONE);
        assertEquals(List.of(), records().endOrphans());
        assertTrue(child.isAlive());
        assertFalse(Files.exists(record()));
    }

    @Test
    void shouldLetNobodyElseIntoAFolderItMakes() throws IOException {
        Path made = folder.resolve("made").resolve("children");
        new ChildRecords(made).add(child.pid());
        for (Path each : List.of(made, made.getParent())) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
        }
    }

    private ChildRecords records() {
        return new ChildRecords(folder);
    }

    private Path record() {
        return folder.resolve(String.valueOf(child.pid()));
    }

    /** The first half of what was noted. */
    private String identity() throws IOException {
        String[] fields = Files.readString(record()).split(" ", -1);
        return fields[0] + " " + fields[1];
    }
}
