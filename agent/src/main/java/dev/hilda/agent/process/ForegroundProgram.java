package dev.hilda.agent.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that takes over the terminal: our input, output and signals are its own. */
public final class ForegroundProgram {
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private ForegroundProgram() {}

    /**
     * Runs a program to its end. When this JVM is told to end, the program is told the same, and killed if it does not
     * follow.
     *
     * @return its exit code
     */
    public static int run(Path program, List<String> arguments) throws InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw MissingTool.failure(program.toString(), e);
        }
        Thread onEnd = new Thread(() -> end(process), "end-foreground-program");
        Runtime.getRuntime().addShutdownHook(onEnd);
        return process.waitFor();
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
