// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fazecast.jSerialComm.SerialPort;
import dev.hilda.agent.board.BenchFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a second user puts where jSerialComm would load it; as root that user is nobody, else this user plays both. */
class SerialLibraryTest {
    private static final String LIBRARY = "libjSerialComm.so";

    @TempDir
    private Path folder;

    private Path shared;

    /** A folder like {@code /tmp}, with the library in it where everybody can read it. */
    @BeforeEach
    void openFolderToAll() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        SerialLibrary.load(Map.of("XDG_CACHE_HOME", folder.toString())); // For this JVM, which asks for the version.
        try (InputStream library = SerialPort.class.getResourceAsStream("/Linux/x86_64/" + LIBRARY)) {
            Files.copy(Objects.requireNonNull(library), folder.resolve(LIBRARY));
        }
    }

    @Test
    void shouldNotLoadALibraryPlantedInTheTemporaryFolder() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the planted library is for x86-64");
        plant("jSerialComm/hilda/" + SerialPort.getVersion());
        plant(".jSerialComm/hilda/" + SerialPort.getVersion());
        String loaded = loadedInAnotherJvm(folder.resolve("cache"));
        assertTrue(loaded.contains(folder.resolve("cache/hilda/serial").toString()), loaded);
        assertFalse(loaded.contains(shared.toString()), loaded);
    }

    @Test
    void shouldRefuseAFolderThatAnotherUserMade() throws Exception {
        assumeTrue(isRoot(), "only root can act as a second user");
        plant("hilda/serial/jSerialComm/hilda/" + SerialPort.getVersion());
        String said = loadedInAnotherJvm(shared);
        assertTrue(said.contains("could not use the folder " + shared.resolve("hilda/serial")), said);
        assertFalse(said.contains(LIBRARY), said);
    }

    private void plant(String below) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
        }
        Path planted = shared.resolve(below);
        command.addAll(
                List.of("sh", "-c", "mkdir -p " + planted + " && cp " + folder.resolve(LIBRARY) + " " + planted));
        assertEquals("", output(new ProcessBuilder(command)));
        assertTrue(Files.exists(planted.resolve(LIBRARY)));
    }

    private String loadedInAnotherJvm(Path cacheHome) throws IOException, InterruptedException {
        ProcessBuilder loader = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.io.tmpdir=" + shared,
                "-Duser.home=" + shared,
                Loader.class.getName());
        loader.environment().put("XDG_CACHE_HOME", cacheHome.toString());
        return output(loader);
    }

    private static String output(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return said;
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** Opens what is no serial port, and prints which files this process has mapped since. */
    static final class Loader {
        private Loader() {}

        public static void main(String[] arguments) throws IOException {
            try {
                SerialBoardLink.open(Path.of("/dev/full"), 9600, OptionalLong.empty(), System.getenv())
                        .close();
            } catch (BenchFailure expected) {
                System.out.println(expected.getMessage());
            }
            Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> line.contains(LIBRARY))
                    .forEach(System.out::println);
        }
    }
}
