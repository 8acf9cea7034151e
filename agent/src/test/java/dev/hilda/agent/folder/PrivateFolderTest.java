// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
    private static final int NOBODY = 65534;

    @TempDir
    private Path folder;

    @Test
    void shouldMakeAFolderForThisUserAlone() throws IOException {
        Path made = PrivateFolder.require(folder.resolve("cache/natives"));
        assertEquals("rwx------", mode(made));
        assertEquals(made, PrivateFolder.require(made));
    }

    @Test
    void shouldCloseAFolderThatOthersCouldOnlyRead() throws IOException {
        Path read = existing("rwxr-xr-x");
        PrivateFolder.require(read);
        assertEquals("rwx------", mode(read));
    }

    @Test
    void shouldRefuseAFolderThatOthersMayWrite() throws IOException {
        assertTrue(refusal(existing("rwxrwx---")).contains("mode rwxrwx---"));
        assertTrue(refusal(existing("rwx----w-")).contains("others may have put files there"));
    }

    @Test
    void shouldRefuseALinkAndAFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), existing("rwx------"));
        assertEquals("a link or a file", refusal(link));
        assertEquals("a link or a file", refusal(Files.createFile(folder.resolve("file"))));
    }

    @Test
    void shouldRefuseAnotherUsersFolder() throws IOException {
        assumeTrue(RuntimeFolder.userId() == 0, "only root makes another user's folder");
        Path planted = existing("rwx------");
        Files.setAttribute(planted, "unix:uid", NOBODY);
        assertEquals("one of user " + NOBODY, refusal(planted));
    }

    @Test
    void shouldReadAFolderOfRootThatNobodyElseMayWrite() throws IOException {
        Path read = existing("rwxr-xr-x");
        PrivateFolder.requireForReading(read);
        assertEquals("rwxr-xr-x", mode(read));
        Files.setPosixFilePermissions(read, PosixFilePermissions.fromString("rwxr-xrwx"));
        assertThrows(BenchFailure.class, () -> PrivateFolder.requireForReading(read));
        assumeTrue(RuntimeFolder.userId() == 0, "only root makes another user's folder");
        Files.setPosixFilePermissions(read, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(read, "unix:uid", NOBODY);
        assertThrows(BenchFailure.class, () -> PrivateFolder.requireForReading(read));
    }

    private Path existing(String mode) throws IOException {
        Path made = Files.createTempDirectory(folder, "existing");
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static String refusal(Path path) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> PrivateFolder.require(path));
        assertEquals(FailureKind.BENCH, failure.kind());
        return failure.actual().orElseThrow();
    }
}
