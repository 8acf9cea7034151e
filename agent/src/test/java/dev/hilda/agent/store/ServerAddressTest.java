// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerAddressTest {
    private static final String START = "jdbc:postgresql://";

    @TempDir
    private Path folder;

    private ServerAddress address(String rest) {
        return new ServerAddress(START + rest, "hilda", folder.resolve("password"));
    }

    private String refused(String rest) {
        return assertThrows(IllegalArgumentException.class, () -> address(rest)).toString();
    }

    @Test
    void shouldWantTheServersNameCheckedUnlessItIsThisHost() {
        for (String host : new String[] {"localhost", "127.0.0.1:5433", "[::1]:5432", "127.0.0.1:1,localhost:2"}) {
            assertEquals(START + host + "/hilda", address(host + "/hilda").toString());
        }
        String full = "db.example.org:5432/hilda?sslmode=verify-full&sslrootcert=/etc/ca.pem&socketTimeout=5";
        assertEquals(START + "db.example.org:5432/hilda", address(full).toString());
        for (String rest : new String[] {
            "db.example.org/hilda",
            "db.example.org/hilda?sslmode=require",
            "db.example.org/hilda?sslmode=verify-ca",
            "localhost.example.org/hilda",
            "127.0.0.1.example.org/hilda",
            "localhost,db.example.org/hilda",
            "10.0.0.1/hilda?sslmode=VERIFY-FULL"
        }) {
            assertTrue(refused(rest).contains("expected sslmode=verify-full"), rest);
        }
    }

    @Test
    void shouldRefuseParametersThatSwitchChecksOffOrHoldSecrets() {
        for (String parameter : new String[] {
            "sslfactory=org.postgresql.ssl.NonValidatingFactory",
            "sslhostnameverifier=x",
            "socketFactory=x",
            "password=secret",
            "user=x",
            "loggerFile=/x",
            ""
        }) {
            String told = refused("localhost/hilda?sslmode=verify-full&" + parameter);
            assertTrue(told.contains("expected parameters among"), told);
            assertFalse(told.contains("secret"), told);
        }
        assertTrue(refused("db/hilda?sslmode=verify-full&sslmode=disable").contains("sslmode once"));
    }

    @Test
    void shouldRefuseWhatIsNoAddressWithoutTellingIt() {
        for (String rest :
                new String[] {"", "/hilda", "host", "host/", "alice:secret@host/hilda", "host/a b", "host/a#b"}) {
            String told = refused(rest);
            assertTrue(told.contains("expected jdbc:postgresql://HOST"), told);
            assertFalse(told.contains("secret"), told);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new ServerAddress("jdbc:sqlite:file", "hilda", folder.resolve("password")));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ServerAddress(START + "localhost/hilda", " ", folder.resolve("password")));
    }

    @Test
    void shouldReadAPasswordThatNobodyElseCanRead() throws Exception {
        ServerAddress address = address("localhost/hilda");
        assertThrows(IOException.class, address::password);
        Path file = Files.writeString(address.passwordFile(), "secret\nmore\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(assertThrows(IOException.class, address::password).toString().contains("chmod 600"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertEquals("secret", address.password());
        Files.writeString(file, "\n");
        assertThrows(IOException.class, address::password);
    }
}
