// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a {@code hilda} leaves that is killed by SIGKILL, and the next one clears away. */
class KilledRunIT {
    private static final String BOARD = "virtual-nucleo-h743zi";

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldEndAnOpenOcdThatHangsAndFlashTheBoardAgain() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("stlink-stall 0");
        String broker = bench.broker();
        Process killed = bench.startHilda(Map.of(), "selftest", "--on", BOARD, "--mqtt", broker);
        ProcessHandle openOcd = descendant(killed, "openocd", "flash.tcl");
        killed.destroyForcibly().waitFor();
        board.control("clear");
        assertLives(openOcd);
        assertEquals(1, temporaryFolders().size(), "folders of the killed run");

        Outcome next = bench.hilda(Map.of(), "selftest", "--on", BOARD, "--mqtt", broker, "--echo-bytes", "1000");
        assertEquals(0, next.exitCode(), next.errText());
        assertEquals(
                "hilda: ended process " + openOcd.pid() + ", left by a hilda that was killed",
                next.err().get(0));
        assertFalse(openOcd.isAlive());
        assertEquals(List.of(), temporaryFolders());
    }

    @Test
    void shouldEndTheBrokerOfAKilledDemo() throws Exception {
        Files.createDirectories(bench.folder().resolve("run"));
        Process killed = bench.startHilda(Map.of(), "demo");
        ProcessHandle broker = descendant(killed, "mosquitto", "mosquitto.conf");
        killed.destroyForcibly().waitFor();
        assertLives(broker);

        Outcome next = bench.hilda(Map.of(), "devices");
        assertTrue(next.errText().contains("hilda: ended process " + broker.pid() + ", left by"), next.errText());
        broker.onExit().get(10, TimeUnit.SECONDS);
        assertEquals(List.of(), temporaryFolders());
    }

    @Test
    void shouldRemoveTheRegistrationOfAKilledBoard() throws Exception {
        bench.board().kill();
        Path boards = bench.folder().resolve("run/hilda/boards");
        assertEquals(3, filesOf(boards, ".*").size());
        bench.hilda(Map.of(), "devices");
        assertEquals(List.of(), filesOf(boards, ".*"));
    }

    /** By the name of its program and of a file on its command line; once it is recorded. */
    private ProcessHandle descendant(Process ancestor, String program, String file) throws Exception {
        Path records = bench.folder().resolve("run/hilda/children");
        for (int attempt = 0; attempt < 1200 && ancestor.isAlive(); attempt++) {
            Optional<ProcessHandle> found = ancestor.descendants()
                    .filter(handle -> handle.info().command().orElse("").endsWith(program))
                    .filter(handle -> handle.info().commandLine().orElse("").contains(file))
                    .filter(handle -> Files.exists(records.resolve(String.valueOf(handle.pid()))))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no " + program + " started");
    }

    private static void assertLives(ProcessHandle process) throws InterruptedException {
        Thread.sleep(500);
        assertTrue(process.isAlive(), "it ended by itself");
    }

    private List<Path> temporaryFolders() throws IOException {
        return filesOf(bench.folder().resolve("tmp"), "hilda-(flash|demo).*");
    }

    private static List<Path> filesOf(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .toList();
        }
    }
}
