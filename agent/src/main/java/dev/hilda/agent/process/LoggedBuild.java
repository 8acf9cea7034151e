package dev.hilda.agent.process;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the programs of a build one after the other. What they print goes to a log file; a failure quotes the first line
 * that speaks of an error and names the file.
 */
public final class LoggedBuild {
    private static final Duration POLL = Duration.ofMillis(200);

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
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> firstError = Optional.empty();
        boolean somethingIsMissing = false;
        try (BufferedWriter writer = Files.newBufferedWriter(
                        log, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                ChildProcess child = ChildProcess.start(command, folder)) {
            writer.write("$ " + String.join(" ", command) + "\n");
            while (!child.outputEnded()) {
                Optional<String> line = child.nextLine(POLL);
                if (line.isPresent()) {
                    writer.write(line.get() + "\n");
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
