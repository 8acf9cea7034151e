// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.MDC;

/**
 * Runs the programs of a build. What they print goes to a log file; a failure quotes the first line that speaks of an
 * error and names the file.
 */
public final class LoggedBuild {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** How a shell reports a program that it could not start. */
    private static final Set<Integer> NOT_STARTED = Set.of(126, 127);

    private final String what;
    private final Path log;
    private final Duration patience;

    /**
     * A build that has not run anything yet.
     *
     * @param what what is built, for messages
     * @param log the log file; its folder exists
     * @param patience how long one program may take
     */
    public LoggedBuild(String what, Path log, Duration patience) {
        this.what = what;
        this.log = log;
        this.patience = patience;
    }

    /**
     * Runs one program.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUILD} when it is missing or fails, {@link
     *     FailureKind#TIMEOUT} when it takes too long
     */
    public void run(List<String> command, Path folder) throws IOException, InterruptedException {
        try (BufferedWriter writer = openLog()) {
            run(command, folder, writer);
        }
    }

    /**
     * Runs programs that do not need one another, as many at a time as there are cores. The log has the output of each
     * in one piece. After the first failure no more are started, and those that run are killed.
     *
     * @throws BenchFailure as {@link #run} does
     */
    public void runAll(List<List<String>> commands, Path folder) throws IOException, InterruptedException {
        int programs = Math.min(commands.size(), Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, programs), LoggedBuild::newThread);
        try {
            CompletionService<Void> ended = new ExecutorCompletionService<>(pool);
            Map<String, String> context = MDC.getCopyOfContextMap();
            commands.forEach(command -> ended.submit(() -> {
                if (context != null) {
                    MDC.setContextMap(context);
                }
                return runInOnePiece(command, folder);
            }));
            for (int i = 0; i < commands.size(); i++) {
                ended.take().get();
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            stop(pool);
        }
    }

    private Void runInOnePiece(List<String> command, Path folder) throws IOException, InterruptedException {
        StringWriter output = new StringWriter();
        try {
            run(command, folder, output);
        } finally {
            synchronized (this) {
                try (BufferedWriter writer = openLog()) {
                    writer.write(output.toString());
                }
            }
        }
        return null;
    }

    private void run(List<String> command, Path folder, Writer output) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> firstError = Optional.empty();
        boolean somethingIsMissing = false;
        output.write("$ " + String.join(" ", command) + "\n");
        try (ChildProcess child = ChildProcess.start(command, folder)) {
            while (!child.outputEnded()) {
                Optional<String> line = child.nextLine(POLL);
                if (line.isPresent()) {
                    output.write(line.get() + "\n");
                    firstError = firstError.or(() -> line.filter(LoggedBuild::isError));
                    somethingIsMissing |= saysMissing(line.get());
                }
                if (System.nanoTime() > deadline) {
                    throw tookTooLong(command.get(0));
                }
            }
            int exitCode = child.exitCode(patience).orElse(-1);
            if (exitCode != 0) {
                String actual = command.get(0) + " ended with exit code " + exitCode
                        + firstError.map(line -> ": " + line.strip()).orElse("");
                throw failed(actual, somethingIsMissing || NOT_STARTED.contains(exitCode));
            }
        }
    }

    private BufferedWriter openLog() throws IOException {
        return Files.newBufferedWriter(
                log, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "build");
        thread.setDaemon(true);
        return thread;
    }

    /** Kills what runs, and waits: nothing may write into the build's folder after its end. */
    private static void stop(ExecutorService pool) {
        pool.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            pool.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException unwrapped(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    private static boolean isError(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        // The last is the linker's, before the compiler's "error: ld returned 1".
        return lower.contains("error") || lower.contains("not found") || lower.contains("overflowed by");
    }

    private static boolean saysMissing(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return lower.contains("not found") || lower.contains("no such file") || lower.contains("could not find");
    }

    private BenchFailure failed(String actual, boolean somethingIsMissing) {
        return BenchFailure.of(FailureKind.BUILD, "build " + what)
                .expected("a build without errors")
                .actual(actual)
                .remedy((somethingIsMissing ? "./hilda setup installs what is missing" : "correct the error above")
                        + "; the whole output is in " + log)
                .failure();
    }

    private BenchFailure tookTooLong(String program) {
        return BenchFailure.of(FailureKind.TIMEOUT, "build " + what)
                .expected(program + " to end within " + patience.toMillis() + " ms")
                .actual("it still ran and was killed")
                .remedy("retry when the machine has less to do; the output so far is in " + log)
                .failure();
    }
}
