// SPDX-License-Identifier: Apache-2.0
package dev.hilda.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Runs a script to its end. */
final class Script {
    private static final List<String> TOOLS =
            List.of("cmake", "gcc", "make", "pkg-config", "openocd", "arm-none-eabi-gcc");

    private Script() {}

    /** What a run left; output is stdout and stderr together. */
    record Outcome(int exitCode, String output) {}

    static Outcome run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    /** Skips the test where a native tool is missing; fails it in CI. */
    static void requireTools() {
        for (String tool : TOOLS) {
            boolean present = Stream.of(System.getenv("PATH").split(":", -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            if (!present && "true".equals(System.getenv("CI"))) {
                Assertions.fail("CI=true, but " + tool + " is not installed: ./hilda setup");
            }
            Assumptions.assumeTrue(present, tool + " is not installed: ./hilda setup");
        }
    }
}
