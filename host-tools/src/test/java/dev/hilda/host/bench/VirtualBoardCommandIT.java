// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda virtual-board} when it is told to end, or is ended. */
class VirtualBoardCommandIT {
    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldEndWithZeroWhenToldToEnd() throws Exception {
        Process hilda = start();
        ProcessHandle board = board(hilda);
        hilda.destroy();
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        assertEquals(0, hilda.exitValue());
        board.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldTakeTheBoardAlongWhenItIsKilled() throws Exception {
        Process hilda = start();
        ProcessHandle board = board(hilda);
        hilda.destroyForcibly().waitFor();
        board.onExit().get(10, TimeUnit.SECONDS);
    }

    private Process start() throws IOException, InterruptedException {
        Files.createDirectories(bench.folder().resolve("run"));
        return bench.startHilda(Map.of(), "virtual-board");
    }

    /** The board's process, once it is registered and so has its signals in order. */
    private ProcessHandle board(Process hilda) throws Exception {
        for (int attempt = 0; attempt < 1200; attempt++) {
            String[] registered =
                    bench.folder().resolve("run/hilda/boards").toFile().list();
            if (registered != null && String.join(" ", registered).contains(".json")) {
                return hilda.children().findFirst().orElseThrow();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no board registered");
    }
}
