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

/**
 * Runs the programs of a build one after the other. What they print goes to a log file; a failure quotes the first line
 * that speaks of an error and names the file.
 */
public final class LoggedBuild {
    private static final Duration POLL = Duration.ofMillis(200);

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
     * @throws BenchFailure of kind {@link FailureKind#BUILD} when it is missing, fails or takes too long
     */
    public void run(List<String> command, Path folder) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> firstError = Optional.empty();
        try (BufferedWriter writer = Files.newBufferedWriter(
                        log, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                ChildProcess child = ChildProcess.start(command, folder)) {
            writer.write("$ " + String.join(" ", command) + "\n");
            while (!child.outputEnded()) {
                Optional<String> line = child.nextLine(POLL);
                if (line.isPresent()) {
                    writer.write(line.get() + "\n");
                    firstError = firstError.or(() -> line.filter(LoggedBuild::isError));
                }
                if (System.nanoTime() > deadline) {
                    throw failed(command.get(0) + " did not end within " + patience.toSeconds() + " s");
                }
            }
            int exitCode = child.exitCode(patience).orElse(-1);
            if (exitCode != 0) {
                throw failed(command.get(0) + " ended with exit code " + exitCode
                        + firstError.map(line -> ": " + line.strip()).orElse(""));
            }
        }
    }

    private static boolean isError(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return lower.contains("error") || lower.contains("not found");
    }

    private BenchFailure failed(String actual) {
        return BenchFailure.of(FailureKind.BUILD, "build " + what)
                .actual(actual)
                .remedy("./hilda setup installs what is missing; the whole output is in " + log)
                .failure();
    }
}
