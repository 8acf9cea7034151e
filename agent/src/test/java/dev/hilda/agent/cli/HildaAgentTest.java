// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.testing.SmallNetwork;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent without the host tools: its tests have them and ND4J on no class path. */
class HildaAgentTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    private int hilda(String... arguments) {
        return HildaAgent.commandLine()
                .setErr(new PrintWriter(err, true))
                .setOut(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    @Test
    void shouldRunBundlesAndNothingElse() throws Exception {
        SmallNetwork.dataSet(folder, 4, "top1");
        Path model = Files.writeString(folder.resolve("model.tflite"), "TFL3");
        String[] run = {"run", model.toString(), "--on", "virtual-nucleo-h743zi", "--data", folder.toString()};
        assertEquals(ExitCode.INPUT_FILE.code(), hilda(run), err.toString());
        assertTrue(err.toString().startsWith("hilda: bundle: could not read bundle " + model), err.toString());
        String[] submit = {"submit", model.toString(), "--data", folder.toString()};
        assertEquals(ExitCode.INPUT_FILE.code(), hilda(submit), err.toString());
        assertTrue(err.toString().contains("nothing here makes bundles of models"), err.toString());
    }

    @Test
    void shouldAskForAFirmwareFileThatItCannotBuild() {
        assertEquals(4, hilda("selftest", "--on", "virtual-nucleo-h743zi"), err.toString());
        assertTrue(err.toString().contains("expected: --firmware FILE.elf"), err.toString());
    }

    @Test
    void shouldStartInAJvmWithoutTensors() throws Exception {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.nd4j.linalg.factory.Nd4j"));
        assertThrows(ClassNotFoundException.class, () -> Class.forName("dev.hilda.host.cli.Hilda"));
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HildaAgent.class.getName(),
                        "profile",
                        "list")
                .redirectErrorStream(true)
                .start();
        String printed = new String(agent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, agent.waitFor(), printed);
        assertTrue(printed.contains("virtual-nucleo-h743zi"), printed);
    }
}
