// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
    private static final String BUNDLE = "ab".repeat(32);

    @TempDir
    private Path folder;

    private final SigningKey key = SigningKey.generate();

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    private static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static BenchFailure refused(Executable step) {
        BenchFailure failure = assertThrows(BenchFailure.class, step);
        assertEquals(FailureKind.SIGNATURE, failure.kind());
        return failure;
    }

    @Test
    void shouldKeepTheSecretForItsOwner() throws IOException {
        Path secret = KeyFiles.create(folder, "alice", key);

        assertEquals(folder.resolve("alice.key"), secret);
        assertEquals("rw-------", mode(secret));
        assertEquals(key.verification(), KeyFiles.secret(secret).verification());
        assertEquals(key.verification(), KeyFiles.open(folder.resolve("alice.pub")));
        assertFalse(Files.readString(folder.resolve("alice.pub")).contains("PRIVATE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice.key", "alice.pub"})
    void shouldReplaceNothing(String name) throws IOException {
        Path there = Files.writeString(folder.resolve(name), "precious");

        BenchFailure refusal = refused(() -> KeyFiles.create(folder, "alice", key));

        assertTrue(String.valueOf(refusal.getMessage()).contains(there.toString()), refusal.getMessage());
        assertEquals("precious", Files.readString(there));
        assertEquals(1, Files.list(folder).count());
    }

    /** One that leads nowhere is there too: the key would be written to where somebody else wants it. */
    @Test
    void shouldFollowNoLinkWhenItWrites() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        Files.createSymbolicLink(folder.resolve("alice.key"), elsewhere);

        refused(() -> KeyFiles.create(folder, "alice", key));

        assertFalse(Files.exists(elsewhere));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
    void shouldNotUseASecretThatOthersMayReach(String mode) throws IOException {
        Path secret = KeyFiles.create(folder, "alice", key);
        chmod(secret, mode);

        BenchFailure refusal = refused(() -> KeyFiles.secret(secret));

        assertTrue(refusal.remedy().orElseThrow().startsWith("chmod 600 " + secret), refusal.toString());
        assertEquals(Optional.of(mode), refusal.actual());
    }

    /** By a link too it is the file that counts. */
    @Test
    void shouldLookAtWhatALinkLeadsTo() throws IOException {
        Path secret = KeyFiles.create(folder, "alice", key);
        Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
        assertEquals(key.verification(), KeyFiles.secret(link).verification());
        chmod(secret, "rw-r--r--");

        refused(() -> KeyFiles.secret(link));
    }

    @Test
    void shouldSayWhatIsNoKey() throws IOException {
        Path secret = KeyFiles.create(folder, "alice", key);
        Path open = folder.resolve("alice.pub");
        chmod(open, "rw-------");
        Path large = Files.write(folder.resolve("large"), new byte[20_000]);
        chmod(large, "rw-------");

        assertEquals(
                "[PRIVATE KEY]", refused(() -> KeyFiles.open(secret)).actual().orElseThrow());
        assertEquals(
                "[PUBLIC KEY]", refused(() -> KeyFiles.secret(open)).actual().orElseThrow());
        assertEquals("more", refused(() -> KeyFiles.secret(large)).actual().orElseThrow());
        assertEquals(
                "no regular file", refused(() -> KeyFiles.open(folder)).actual().orElseThrow());
        assertEquals(
                "nothing there",
                refused(() -> KeyFiles.open(folder.resolve("none"))).actual().orElseThrow());
        refused(() -> KeyFiles.secret(folder.resolve("none")));
    }

    @Test
    void shouldFindTheSignatureBesideABundle() throws IOException {
        Path bundle = folder.resolve("net.hilda");
        assertEquals(Optional.empty(), KeyFiles.signature(bundle));

        String text = key.sign(BUNDLE).text();
        Path file = Files.writeString(folder.resolve("net.hilda.sig"), text);
        assertEquals(Optional.of(text), KeyFiles.signature(bundle));

        Files.writeString(file, text.substring(0, 100));
        BenchFailure refusal = refused(() -> KeyFiles.signature(bundle));
        assertTrue(refusal.remedy().orElseThrow().contains("hilda key sign " + bundle), refusal.toString());

        Files.delete(file);
        Files.createSymbolicLink(file, folder.resolve("nowhere"));
        refused(() -> KeyFiles.signature(bundle));
    }
}
