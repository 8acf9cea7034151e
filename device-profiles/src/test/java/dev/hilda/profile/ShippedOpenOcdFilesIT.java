// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real OpenOCD reads the files that the shipped profiles name; no probe is touched. */
class ShippedOpenOcdFilesIT {
    private static final int DEADLINE_SECONDS = 30;

    @TempDir
    static Path folder;

    static Stream<String> shipped() {
        return new ProfileCatalog(Path.of("no-user-profiles"))
                .list().profiles().stream().map(BoardProfile::name);
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shouldNameFilesThatOpenOcdCanRead(String name) throws Exception {
        assumeTrue(
                "true".equals(System.getenv("CI")) || onPath("openocd"), "openocd is not installed; run ./hilda setup");
        OpenOcdSetup setup = new ProfileCatalog(folder).load(name).openOcd();
        Path output = folder.resolve("openocd.txt");
        Process openOcd = new ProcessBuilder(
                        "openocd",
                        "-s",
                        Path.of("openocd").toAbsolutePath().toString(),
                        "-f",
                        setup.interfaceFile(),
                        "-c",
                        "st-link backend " + setup.backend().label() + "; transport select "
                                + setup.transport().label(),
                        "-f",
                        setup.targetFile(),
                        "-c",
                        "reset_config " + setup.resetConfig().label() + "; shutdown")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(openOcd.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "OpenOCD did not end");
        assertEquals(0, openOcd.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private static boolean onPath(String command) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, command)));
    }
}
