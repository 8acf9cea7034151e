// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.signature.KeyFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KeyCommandTest {
    @TempDir
    private Path folder;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private String config = "";

    @BeforeEach
    void configure() throws Exception {
        Path file = Files.write(
                folder.resolve("bench.yaml"),
                List.of("store: {file: hilda.db}", "boards:", "  - {profile: virtual-nucleo-h743zi}"));
        config = "--config=" + file;
    }

    private int execute(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return FailureReport.install(new CommandLine(new KeyCommand()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String done(String... arguments) {
        assertEquals(0, execute(arguments), err.toString());
        return out.toString().strip();
    }

    private void assertRefused(int code, String text, String... arguments) {
        assertEquals(code, execute(arguments), err.toString());
        assertTrue(err.toString().contains(text), err.toString());
    }

    private String create(String name) {
        return done("create", name, "--folder", folder.toString());
    }

    private Path open(String name) {
        return folder.resolve(name + KeyFiles.PUBLIC);
    }

    @Test
    void shouldShowThePublicHalfOnly() throws Exception {
        String printed = create("alice");
        String secret =
                Files.readAllLines(folder.resolve("alice" + KeyFiles.SECRET)).get(1);

        assertTrue(printed.contains(Files.readString(open("alice")).strip()), printed);
        assertTrue(printed.contains(KeyFiles.open(open("alice")).fingerprint()), printed);
        assertFalse(printed.contains(secret), printed);
        assertRefused(19, "one is there; a key is never replaced", "create", "alice", "--folder", folder.toString());
        assertRefused(2, "NAME: expected", "create", "../alice", "--folder", folder.toString());
    }

    @Test
    void shouldTrustAndRevoke() throws Exception {
        create("alice");
        create("bob");
        String fingerprint = KeyFiles.open(open("bob")).fingerprint();
        assertEquals("no keys: unsigned bundles are run", done("list", config));

        assertTrue(done("trust", open("alice").toString(), config).startsWith("trusted alice, "));
        done("trust", open("bob").toString(), "--name", "robert", config);
        assertRefused(19, "that of robert", "trust", open("bob").toString(), config);
        assertRefused(19, "[PRIVATE KEY]", "trust", folder.resolve("alice.key").toString(), "--name", "a", config);
        assertEquals("revoked robert, " + fingerprint, done("revoke", fingerprint.substring(0, 12), config));
        assertRefused(19, "hilda key list shows them", "revoke", "robert", config);

        JsonNode listed = new ObjectMapper().readTree(done("list", "--json", config));
        assertTrue(listed.path("unsigned_are_refused").booleanValue(), listed.toString());
        assertEquals("alice", listed.path("keys").get(0).path("name").asText());
        assertTrue(listed.path("keys").get(0).path("is_trusted").booleanValue(), listed.toString());
        assertEquals(fingerprint, listed.path("keys").get(1).path("fingerprint").asText());
        assertFalse(listed.path("keys").get(1).path("is_trusted").booleanValue(), listed.toString());
    }

    @Test
    void shouldSignNothingButABundle() throws Exception {
        create("alice");
        Path file = Files.writeString(folder.resolve("net.hilda"), "no bundle");
        String key = folder.resolve("alice.key").toString();

        assertRefused(11, "could not read bundle " + file, "sign", file.toString(), "--key", key);
        assertRefused(
                19,
                "[PUBLIC KEY]",
                "sign",
                file.toString(),
                "--key",
                privately(open("alice")).toString());
        assertFalse(Files.exists(folder.resolve("net.hilda.sig")));
    }

    private static Path privately(Path file) throws Exception {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
