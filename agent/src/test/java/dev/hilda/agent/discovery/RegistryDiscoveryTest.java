// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryDiscoveryTest {
    private static final String PROFILE = "virtual-nucleo-h743zi";

    @TempDir
    private Path folder;

    @Test
    void shouldFindARunningBoard() throws IOException {
        register("A", "A", 7, "4000", PROFILE);
        AttachedBoard board = find().boards().get(0);
        assertEquals("A", board.stLinkSerial());
        assertEquals(new ProbeBackend.Tcp(4000), board.backend());
        assertEquals(Optional.of(Path.of("/dev/pts/9")), board.serialPort());
        assertEquals(7, board.portProvider().orElseThrow());
    }

    @Test
    void shouldRemoveWhatADeadBoardLeftAndNothingElse() throws IOException {
        register("A", "A", 8, "4000", PROFILE);
        register("B", "B", 7, "4001", PROFILE);
        for (String name : List.of("A.sock", "A.lock", "B.sock", "B.lock")) {
            Files.createFile(folder.resolve(name));
        }
        assertEquals(
                List.of("B"),
                find().boards().stream().map(AttachedBoard::stLinkSerial).toList());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of("B.json", "B.lock", "B.sock"),
                    left.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void shouldFindABoardWhateverItCallsItself() throws IOException {
        register("A", "A", 7, "4000", "other");
        assertEquals("other", find().boards().get(0).product());
    }

    @Test
    void shouldNotBelieveAFolderThatOthersMayWrite() throws IOException {
        register("A", "A", 7, "4000", PROFILE);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Findings findings = find();
        assertTrue(findings.boards().isEmpty(), findings.toString());
        assertTrue(findings.problems().get(0).contains("that others may write"), findings.toString());
    }

    @Test
    void shouldNameMalformedFilesAndGoOn() throws IOException {
        Files.writeString(folder.resolve("broken.json"), "{\"serial\":");
        register("port", "B", 7, "70000", PROFILE);
        register("serial", "B-!", 7, "4000", PROFILE);
        register("good", "C", 7, "4000", PROFILE);
        Findings findings = find();
        assertEquals("C", findings.boards().get(0).stLinkSerial());
        assertEquals(3, findings.problems().size());
        String problems = String.join("\n", findings.problems());
        assertTrue(problems.contains("broken.json: not a JSON object"), problems);
        assertTrue(problems.contains("stlink_port: expected a number from 1 to 65535, got 70000"), problems);
        assertTrue(problems.contains("serial: expected 1-31 letters and digits, got \"B-!\""), problems);
    }

    @Test
    void shouldReportAPathWithANul() throws IOException {
        Files.writeString(folder.resolve("nul.json"), """
                {"serial":"A","stlink_port":4000,"pty":"a\\u0000b","pid":7,"board":"x"}
                """);
        Findings findings = find();
        assertTrue(findings.boards().isEmpty());
        assertTrue(
                findings.problems().get(0).endsWith("nul.json: pty: expected a path, got Nul character not allowed"));
    }

    @Test
    void shouldFindNothingWithoutAFolder() {
        Findings findings = new RegistryDiscovery(folder.resolve("absent"), pid -> true).find();
        assertTrue(findings.boards().isEmpty() && findings.problems().isEmpty(), findings.toString());
    }

    private Findings find() {
        return new RegistryDiscovery(folder, pid -> pid == 7).find();
    }

    private void register(String file, String serial, long pid, String port, String board) throws IOException {
        Files.writeString(folder.resolve(file + ".json"), """
                {"serial":"%s","stlink_port":%s,"pty":"/dev/pts/9","control":"/x","pid":%d,"revision":"V","board":"%s"}
                """.formatted(serial, port, pid, board));
    }
}
