// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that takes over the terminal: our input, output and signals are its own. */
public final class ForegroundProgram {
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private ForegroundProgram() {}

    /**
     * Runs a program to its end. When this JVM is told to end, the program is told the same, and killed if it does not
     * follow; this JVM then ends with the program's exit code. A program that heeds {@code HILDA_PARENT_PID} ends even
     * when this JVM is killed.
     *
     * @return its exit code
     */
    public static int run(Path program, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment()
                    .put(
                            ChildProcess.PARENT_VARIABLE,
                            String.valueOf(ProcessHandle.current().pid()));
            process = builder.start();
        } catch (IOException e) {
            throw MissingTool.failure(program.toString(), e);
        }
        AtExit atExit = AtExit.ofThisJvm();
        AtExit.Registration ending = atExit.register(() -> end(process, atExit));
        int exitCode = process.waitFor();
        ending.withdraw();
        return exitCode;
    }

    private static void end(Process process, AtExit atExit) {
        process.destroy();
        try {
            if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
            atExit.exitWith(process.exitValue());
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
