// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.cli.ExitCode;
import dev.hilda.agent.cli.VersionResource;
import dev.hilda.agent.testing.TestData;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HildaTest {
    private static final String DATA_SET = "name: a\nlayout: shapes\nmetric: top1\nsplit: held_out\ncount: 1\n";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintTheVersionTheBuildWrote() {
        assertEquals(0, execute("--version"));
        assertTrue(out.toString().matches("hilda \\d+\\.\\d+\\.\\d+\\S*\\R"), out.toString());
    }

    @Test
    void shouldGiveTheFirmwareTheSameVersion() throws IOException {
        try (InputStream identity = Hilda.class.getResourceAsStream("/firmware-template/app/identity.h")) {
            String text = new String(Objects.requireNonNull(identity).readAllBytes(), StandardCharsets.UTF_8);
            String line = "#define FIRMWARE_VERSION \"" + VersionResource.version() + "\"";
            assertTrue(text.contains(line), line + " in " + text);
        }
    }

    @Test
    void shouldListEveryCommandInItsGroup() {
        assertEquals(0, execute("help"));
        String help = out.toString();
        Hilda.commandLine().getSubcommands().forEach((name, command) -> {
            boolean hidden = command.getCommandSpec().usageMessage().hidden();
            assertEquals(!hidden, help.matches("(?s).*\\R  " + name + " .*"), name + " in " + help);
        });
        assertTrue(help.indexOf("Boards:") > help.indexOf("Models:"), help);
        out.getBuffer().setLength(0);
        assertEquals(0, execute("help", "quantize"));
        assertTrue(out.toString().startsWith("Usage: hilda quantize"), out.toString());
    }

    @Test
    void shouldCompleteItsCommandsAndOptions() {
        assertEquals(0, execute("completion"));
        assertTrue(out.toString().contains("--flash-budget"), out.toString());
    }

    @Test
    void shouldMissTheDemosBoardBeforeQuantizing() {
        assertEquals(
                ExitCode.NO_BOARD.code(),
                execute("demo", "--on", "virtual-nucleo-h743zi", "--serial", "NONE-OF-THESE"));
        assertTrue(err.toString().startsWith("hilda: bench: could not find the board"), err.toString());
        assertEquals(ExitCode.PROFILE.code(), execute("demo", "--on", "nucleo-h753zi"));
        assertFalse(err.toString().contains("hilda quantize "), err.toString());
    }

    @Test
    void shouldTakeBudgetsInKibibytes() throws IOException {
        Path set = Files.writeString(folder.resolve("set.yaml"), DATA_SET);
        assertEquals(2, run(folder.resolve("absent.tflite"), set, "--flash-budget", "3M"));
        assertTrue(err.toString().contains("got 3145728"), err.toString());
    }

    @Test
    void shouldRefuseAMissingCommandAsUsage() {
        assertEquals(2, execute());
        assertTrue(err.toString().startsWith("hilda: usage: Missing command\nUsage: hilda "), err.toString());
    }

    @Test
    void shouldRefuseAWrongBudgetOfARunAsUsage() throws IOException {
        Path set = Files.writeString(folder.resolve("set.yaml"), DATA_SET);
        assertEquals(2, run(folder.resolve("absent.tflite"), set, "--flash-budget", "0"));
        assertEquals(
                "hilda: usage: --flash-budget: expected at least 1 byte, got 0\n  what to do: hilda run --help\n",
                err.toString());
    }

    @Test
    void shouldRefuseOptionsOfQuantizationForABundle() throws IOException {
        Path set = Files.writeString(folder.resolve("set.yaml"), DATA_SET);
        assertEquals(2, run(folder.resolve("absent.hilda"), set, "--ranges", "mse"));
        assertTrue(err.toString().startsWith("hilda: usage: --ranges: "), err.toString());
        assertEquals(11, run(folder.resolve("absent.hilda"), set));
    }

    @Test
    void shouldRefuseOptionsThatAFileWithItsOwnQuantizationWouldIgnore() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        Path model = TestData.path("models/kws01_dscnn_int8.tflite");
        Path set = Files.writeString(folder.resolve("set.yaml"), DATA_SET);
        String out = folder.resolve("out.hilda").toString();
        String[] quantize = {"quantize", model.toString(), "--board", "nucleo-h743zi", "-o", out};
        for (String[] option : new String[][] {
            {"--variant", "PL_FB"},
            {"--ranges", "mse"},
            {"--overrides", "absent.yaml"},
            {"--calibration", "absent.yaml"},
            {"--calibration-images", "9"}
        }) {
            err.getBuffer().setLength(0);
            assertEquals(2, execute(with(quantize, option)), option[0]);
            assertTrue(err.toString().startsWith("hilda: usage: " + option[0] + ": "), err.toString());
            assertTrue(err.toString().contains("add --requantize"), err.toString());
        }
        assertEquals(2, run(model, set, "--ranges", "mse"));
    }

    @Test
    void shouldRefuseAFolderAsTheBundleBeforeTheModelIsRead() {
        String[] quantize = {"quantize", "absent.tflite", "--board", "nucleo-h743zi"};
        assertEquals(11, execute(with(quantize, "-o", folder.toString())));
        assertTrue(err.toString().contains("got: a folder\n"), err.toString());
        assertEquals(2, execute(with(quantize, "-o", "a.hilda", "--plan")));
    }

    @Test
    void shouldPutAFailureIntoOneJsonObject() throws IOException {
        String[] quantize = {"quantize", "absent.tflite", "--board", "nucleo-h743zi", "--json"};
        requireFailure("model", with(quantize, "--plan"));
        requireFailure("usage", quantize);
        requireFailure("bundle", with(quantize, "-o", folder.toString()));
        requireFailure("model", "inspect", "absent.tflite", "--json");
    }

    private void requireFailure(String kind, String... args) throws IOException {
        out.getBuffer().setLength(0);
        assertNotEquals(0, execute(args));
        assertEquals(1, out.toString().lines().count(), out.toString());
        JsonNode document = new ObjectMapper().readTree(out.toString());
        assertEquals(kind, document.path("failure_kind").asText());
        assertFalse(document.path("passed").asBoolean(true));
        assertTrue(document.path("failure").asText().length() > 10, out.toString());
    }

    private int run(Path file, Path set, String... options) {
        String[] run = {"run", file.toString(), "--on", "nucleo-h743zi", "--data", set.toString()};
        return execute(with(run, options));
    }

    private static String[] with(String[] command, String... options) {
        return Stream.of(command, options).flatMap(Arrays::stream).toArray(String[]::new);
    }

    private int execute(String... args) {
        CommandLine command = Hilda.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
