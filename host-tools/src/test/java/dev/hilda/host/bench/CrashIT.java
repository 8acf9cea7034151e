// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.CodePlaces.Place;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FunctionTable;
import dev.hilda.agent.crash.FirmwarePlaces;
import dev.hilda.host.bench.FaultNetwork.Crash;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Crashes of the firmware: where they were, by its file and by the compiler's own programs. */
class CrashIT {
    private static final String GCC = VirtualBoard.PROFILE.toolchain().compiler();

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldKnowTheFunctionsThatReadelfKnows() throws Exception {
        FirmwareImage image = new FaultNetwork().firmware().image();
        Path file =
                Files.write(bench.folder().resolve("firmware.elf"), image.elf().toArray());
        FunctionTable table = FunctionTable.of(image);
        int functions = 0;
        for (String line : run("arm-none-eabi-readelf", "-sW", file.toString())) {
            // Number, value, size, type, binding, visibility, section, name.
            String[] parts = line.strip().split(" +");
            if (parts.length == 8 && parts[3].equals("FUNC") && !parts[2].equals("0")) {
                long address = Long.parseLong(parts[1], 16) & ~1L;
                FunctionTable.Function found = table.at(address).orElseThrow(() -> new AssertionError(line));
                assertEquals(new AddressRange(address, Long.parseLong(parts[2])), found.range(), line);
                assertEquals(Optional.of(found), table.at(found.range().endAddress() - 1), line);
                assertEquals(address, table.address(parts[7]).orElseThrow() & ~1L, line);
                functions++;
            }
        }
        assertTrue(functions > 100, functions + " functions");
        assertEquals(Optional.empty(), table.at(0x0900_0000));
    }

    @Test
    void shouldNameTheLinesThatAddr2lineNames() throws Exception {
        FirmwareImage image = new FaultNetwork().firmware().image();
        Path file =
                Files.write(bench.folder().resolve("firmware.elf"), image.elf().toArray());
        FunctionTable.Function main = FunctionTable.of(image).named("main").orElseThrow();
        FirmwarePlaces places = new FirmwarePlaces(image, GCC);
        for (long address = main.range().startAddress(); address < main.range().startAddress() + 12; address += 4) {
            List<String> lines =
                    run("arm-none-eabi-addr2line", "-e", file.toString(), "0x" + Long.toHexString(address));
            assertEquals(Optional.of(new Place("main", Optional.of(lines.get(0)))), places.at(address));
        }
        FirmwarePlaces withoutTool = new FirmwarePlaces(image, "no-such-gcc");
        assertEquals(
                Optional.of(new Place("main", Optional.empty())),
                withoutTool.at(main.range().startAddress()));
    }

    @Test
    void shouldNameTheFunctionAndLineOfACrash() throws Exception {
        FaultBench faults = new FaultBench(bench);
        Outcome outcome = faults.run(Crash.UNDEFINED_INSTRUCTION.seed(), board -> {});
        assertEquals(7, outcome.exitCode(), outcome.errText());
        String where =
                "usage fault in port_provoke (./port/stm32h743/port.c:" + lineOf("udf #1") + "), called from crash_at";
        assertTrue(outcome.errText().contains(where), outcome.errText());
        assertTrue(outcome.errText().contains("UNDEFINSTR"), outcome.errText());
        JsonNode result = FailureRow.document(outcome);
        assertTrue(result.path("failure").asText().contains(where), result.toString());
        // The first crash may take answers to earlier images with it.
        int last = result.path("resumes").asInt() - 1;
        String resumed = result.path("resume_causes") + " " + result.path("resume_images");
        assertEquals("usage-fault", result.path("resume_causes").path(last).asText(), resumed);
        assertEquals(
                FaultNetwork.CRASHING_IMAGE,
                result.path("resume_images").path(last).asInt(),
                resumed);
        try (Stream<Path> logs = Files.walk(bench.folder().resolve("state"))) {
            assertTrue(logs.filter(Files::isRegularFile).anyMatch(log -> holds(log, where)), "in no log");
        }
    }

    private static boolean holds(Path log, String text) {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1).contains(text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int lineOf(String text) throws Exception {
        try (InputStream source =
                Objects.requireNonNull(CrashIT.class.getResourceAsStream("/firmware-template/port/stm32h743/port.c"))) {
            List<String> lines = new String(source.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            for (int line = 0; line < lines.size(); line++) {
                if (lines.get(line).contains(text)) {
                    return line + 1;
                }
            }
        }
        throw new AssertionError("no " + text);
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor());
        return lines;
    }
}
