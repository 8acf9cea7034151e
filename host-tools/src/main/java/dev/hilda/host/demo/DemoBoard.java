// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A virtual board of one's own; ends when closed. */
public final class DemoBoard implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration END_PATIENCE = Duration.ofSeconds(2);

    private final ChildProcess process;
    private final String serial;

    private DemoBoard(ChildProcess process, String serial) {
        this.process = process;
        this.serial = serial;
    }

    /**
     * Starts a board and waits until it is registered.
     *
     * @param program the virtual board's program
     * @throws BenchFailure of kind bench when it does not come up
     */
    public static DemoBoard start(Path program, Path folder) throws IOException, InterruptedException {
        ChildProcess process = ChildProcess.start(List.of(program.toString(), "--fast-flash", "--json"), folder);
        Optional<String> said = process.nextLine(PATIENCE);
        if (said.isPresent() && said.get().startsWith("{")) {
            String serial =
                    new ObjectMapper().readTree(said.get()).path("serial").asText();
            return new DemoBoard(process, serial);
        }
        process.close();
        throw BenchFailure.of(FailureKind.BENCH, "start the virtual board")
                .expected("its description within " + PATIENCE.toSeconds() + " s")
                .actual(said.orElse("nothing"))
                .remedy("see what ./hilda virtual-board says")
                .failure();
    }

    /** Serial number of its ST-Link. */
    public String serial() {
        return serial;
    }

    /** Told to end, it removes its registration; one that does not listen is killed. */
    @Override
    public void close() {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
        try {
            process.exitCode(END_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.close();
    }
}
