// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProfileCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldListBoardsAsATableWithoutColour() {
        assertEquals(0, execute("list"));
        assertTrue(
                out.toString()
                        .lines()
                        .anyMatch(line ->
                                line.matches("nucleo-h743zi2 +STM32H743ZIT6 +480 MHz +1920 KiB +512 KiB +yes +virtual"
                                        + " +measured +ST NUCLEO-H743ZI2 \\(MB1364\\)")),
                out.toString());
        assertTrue(
                out.toString().lines().anyMatch(line -> line.matches("nucleo-f446re .* no port +none +.*")),
                out.toString());
        assertFalse(out.toString().contains("\u001b"));
    }

    @Test
    void shouldShowAProfileAsJsonWithTheKeysOfTheFile() throws IOException {
        assertEquals(0, execute("show", "virtual-nucleo-h743zi", "--json"));
        JsonNode profile = onlyLine();
        assertEquals("estimated", profile.at("/timing").asText());
        assertEquals("virtual", profile.at("/verified_on").asText());
        assertEquals(2_097_152, profile.at("/memory/0/size_bytes").asLong());
        assertEquals("dapdirect_swd", profile.at("/openocd/transport").asText());
        assertEquals("virtual-only", profile.at("/chip/unique_ids").asText());
        assertEquals(1_000_000, profile.at("/probe/kinds/0/max_reliable_baud").asInt());
    }

    @Test
    void shouldListBoardsAsOneJsonObject() throws IOException {
        assertEquals(0, execute("list", "--json"));
        JsonNode list = onlyLine();
        assertTrue(list.at("/profiles").size() > 3, out.toString());
        assertTrue(list.at("/without_firmware_port").toString().contains("nucleo-f446re"), out.toString());
        assertFalse(list.at("/without_firmware_port").toString().contains("h743"), out.toString());
    }

    @Test
    void shouldShowAProfileAsText() {
        assertEquals(0, execute("show", "nucleo-h745zi-q"));
        assertTrue(out.toString().contains("verified on    none\n"), out.toString());
        assertTrue(out.toString().contains("supply         smps-direct, at most vos1\n"), out.toString());
        assertTrue(out.toString().contains("AXI_SRAM     0x24000000  524288      activations\n"), out.toString());
    }

    @Test
    void shouldNameTheProfilesThereAreWhenTheOneAskedForIsNot() {
        assertEquals(3, execute("show", "nucleo-h999"));
        assertTrue(
                err.toString().startsWith("hilda: profile: no profile is called \"nucleo-h999\"\n  there are: nucleo-"),
                err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void shouldCheckEveryFileAndExitWith3IfOneIsBroken() throws IOException {
        Path good = folder.resolve("nucleo-h743zi.yaml");
        Path broken = folder.resolve("broken.yaml");
        try (var shipped = ProfileCommandTest.class.getResourceAsStream("/boards/nucleo-h743zi.yaml")) {
            assertTrue(shipped != null);
            Files.write(good, shipped.readAllBytes());
        }
        Files.writeString(broken, Files.readString(good).replace("size_bytes: 524288", "size: 524288"));
        assertEquals(3, execute("check", good.toString(), broken.toString(), "/dev/zero", "/no/such/file.yaml"));
        assertEquals(good + ": good\n", out.toString());
        assertTrue(err.toString().contains(broken + ":"), err.toString());
        assertTrue(err.toString()
                .contains("memory.AXI_SRAM.size: expected a key with its unit, got size; rename it to"
                        + " size_bytes\n"));
        assertTrue(
                err.toString().contains("/dev/zero: it is a folder, a pipe or a device, not a file\n"), err.toString());
        assertTrue(err.toString().endsWith("/no/such/file.yaml: there is no such file\n"), err.toString());
    }

    @Test
    void shouldPutProblemsIntoJson() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.yaml"), "name: broken\n");
        assertEquals(3, execute("check", "--json", broken.toString()));
        JsonNode verdict = onlyLine().at("/files/0");
        assertFalse(verdict.get("good").asBoolean());
        assertEquals(14, verdict.get("problems").size());
        assertEquals("", err.toString());
    }

    /** One JSON object, as every command prints it. */
    private JsonNode onlyLine() throws IOException {
        assertEquals(1, out.toString().lines().count(), out.toString());
        JsonNode object = new ObjectMapper().readTree(out.toString());
        assertTrue(object.isObject(), out.toString());
        return object;
    }

    private int execute(String... args) {
        return FailureReport.install(new CommandLine(new ProfileCommand()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
