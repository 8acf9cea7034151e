// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.run.DeploymentSource;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void shouldRefuseADataSetThatDoesNotFitBeforeTheLongWork() throws Exception {
        SmallNetwork.dataSet(folder, 20, "top1");
        assertEquals(ExitCode.INPUT_FILE.code(), run(5, 3));
        assertTrue(err.toString().contains("expected: samples of 5 values\n"), err.toString());
        assertEquals(ExitCode.INPUT_FILE.code(), run(4, 2));
        assertTrue(err.toString().contains("expected: labels from 0 to 1, "), err.toString());
    }

    @Test
    void shouldRunOnWhatNothingWasVerifiedOnOnlyWithTheFlag() throws Exception {
        SmallNetwork.dataSet(folder, 20, "top1");
        assertEquals(ExitCode.PROFILE.code(), run(5, 3, "nucleo-h753zi"));
        assertTrue(err.toString().contains("  got: verified_on: none\n"), err.toString());
        assertEquals(ExitCode.INPUT_FILE.code(), run(5, 3, "nucleo-h753zi", "--allow-untested"));
    }

    @Test
    void shouldRefuseOptionsThatContradictEachOther() throws Exception {
        SmallNetwork.dataSet(folder, 20, "top1");
        List<String> both = List.of(
                "--no-publish --mqtt mqtt://127.0.0.1:1",
                "--image a.png --limit 3",
                "--seed 3",
                "--min-accuracy 1.5",
                "--max-latency-us 0",
                "--image a.png --min-accuracy 0.5");
        for (String options : both) {
            assertEquals(ExitCode.USAGE.code(), run(4, 3, "virtual-nucleo-h743zi", options.split(" ")), options);
        }
        assertTrue(err.toString().contains("--seed: expected nothing beside --data or --image"), err.toString());
        assertTrue(err.toString().contains("--no-publish: expected nothing beside --mqtt"), err.toString());
    }

    @Test
    void shouldTakeOnlyARateOfTheProfile() {
        assertEquals(2, run(3, 10, "virtual-nucleo-h743zi", "--baud", "57600"));
        assertTrue(
                err.toString()
                        .contains("--baud: expected one of [115200, 230400, 460800, 921600, 1000000, 1500000, 2000000,"
                                + " 3000000] of virtual-nucleo-h743zi, got 57600"),
                err.toString());
    }

    private int run(int inputs, int outputs) {
        return run(inputs, outputs, "virtual-nucleo-h743zi");
    }

    /** A run of a network whose firmware is not to be had. */
    private int run(int inputs, int outputs, String board, String... options) {
        RunCommand command = new RunCommand((file, profile) -> new DeploymentSource.Opened(
                List.of(new InputSlot("x", TensorShape.vector(inputs))),
                List.of(new NetworkOutput("y", TensorShape.vector(outputs))),
                () -> {
                    throw new IllegalStateException("quantizes");
                }));
        return FailureReport.install(new CommandLine(command))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(
                                Stream.of("a.tflite", "--on", board, "--data", folder.toString()), Stream.of(options))
                        .toArray(String[]::new));
    }
}
