// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A native program that prints lines. Standard input is empty, stderr joins stdout. Closing kills it with all its
 * descendants; so does the end of this JVM (see {@link AtExit}). What a JVM leaves that is killed itself, the next one
 * ends (see {@link ChildRecords}).
 */
public final class ChildProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

    /** Names this JVM to programs that end with their parent, even when it is killed. */
    static final String PARENT_VARIABLE = "HILDA_PARENT_PID";

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

    /** What the reader thread saw: a line, or the end of the output. */
    private record Event(Optional<String> line) {}

    private final Process process;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtExit.Registration killing;
    private boolean outputEnded;

    private ChildProcess(Process process) {
        this.process = process;
        ChildRecords.ofThisJvm().ifPresent(notes -> notes.add(process.pid()));
        this.killing = AtExit.ofThisJvm().register(this::kill);
    }

    /**
     * Starts a program.
     *
     * @param command program and arguments
     * @param folder its working folder
     * @throws BenchFailure of kind {@link FailureKind#BUILD} when there is no such program
     */
    public static ChildProcess start(List<String> command, Path folder) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.environment().put("LC_ALL", "C");
        builder.environment()
                .put(PARENT_VARIABLE, String.valueOf(ProcessHandle.current().pid()));
        ChildProcess child;
        try {
            child = new ChildProcess(builder.start());
        } catch (IOException e) {
            throw MissingTool.failure(command.get(0), e);
        }
        LOG.debug("process {} started in {}: {}", child.pid(), folder, String.join(" ", command));
        child.readOutput();
        return child;
    }

    /** The next line of output; empty when none came in time or the output has ended. */
    public Optional<String> nextLine(Duration timeout) throws InterruptedException {
        if (outputEnded) {
            return Optional.empty();
        }
        Event event = events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (event == null) {
            return Optional.empty();
        }
        outputEnded = event.line().isEmpty();
        return event.line();
    }

    /** Whether every line has been taken and no more can come. */
    public boolean outputEnded() {
        return outputEnded;
    }

    /** Waits for the end; empty when it did not come in time. */
    public Optional<Integer> exitCode(Duration timeout) throws InterruptedException {
        return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    public long pid() {
        return process.pid();
    }

    /** Kills the program and its descendants at once (SIGKILL): OpenOCD, for one, does not end by SIGTERM when stuck. */
    public void kill() {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        boolean ended = !process.isAlive();
        kill();
        if (!process.isAlive()) {
            LOG.debug("process {} {} exit code {}", pid(), ended ? "ended with" : "was killed,", process.exitValue());
        }
        killing.withdraw();
        ChildRecords.ofThisJvm().ifPresent(notes -> notes.remove(pid()));
    }

    private void readOutput() {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            events.add(new Event(Optional.of(line)));
                        }
                    } catch (IOException e) {
                        // The pipe of a killed program: the same end of output.
                        events.add(new Event(Optional.of("(output lost: " + e.getMessage() + ")")));
                    } finally {
                        events.add(new Event(Optional.empty()));
                    }
                },
                "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }
}
