// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.doctor.FakeHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void shouldEndWithZeroWhereNothingIsAProblem() {
        assertEquals(0, doctor());
        assertTrue(out.toString().contains("ok        openocd: 0.12.0\n"), out.toString());
        assertTrue(out.toString().endsWith("0 problems, 0 warnings\n"), out.toString());
    }

    @Test
    void shouldEndWithFourWhereSomethingIsOneAndSayWhatMendsIt() throws IOException {
        FakeHost host = new FakeHost(folder);
        Files.delete(host.at(FakeHost.STLINK + "/1-2:1.2/tty/ttyACM0/dev"));
        Files.delete(host.at(FakeHost.STLINK + "/1-2:1.2/tty/ttyACM0"));
        assertEquals(ExitCode.BUILD.code(), doctor(host));
        assertTrue(
                out.toString()
                        .contains("problem   st-link: STM32 STLink 0669FF303435554157121020 has no serial port\n"
                                + "          what to do: sudo modprobe cdc_acm\n"),
                out.toString());
        assertTrue(out.toString().endsWith("1 problems, 0 warnings\n"), out.toString());
    }

    @Test
    void shouldPrintOneJsonObject() throws IOException {
        assertEquals(0, doctor("--json"));
        assertEquals(1, out.toString().lines().count(), out.toString());
        JsonNode document = new ObjectMapper().readTree(out.toString());
        assertEquals(0, document.path("problems").asInt(-1));
        JsonNode first = document.path("findings").path(0);
        assertEquals(
                "{\"severity\":\"ok\",\"subject\":\"java\",\"text\":\"Java 17\",\"remedy\":\"\"}", first.toString());
    }

    @Test
    void shouldSayWhereNoBoardIsWhatToDo() {
        assertTrue(DevicesCommand.NONE.contains("./hilda doctor"));
        assertTrue(DevicesCommand.NONE.contains("./hilda virtual-board"));
    }

    private int doctor(String... arguments) {
        return doctor(new FakeHost(folder), arguments);
    }

    private int doctor(FakeHost host, String... arguments) {
        return new CommandLine(new DoctorCommand(true, host))
                .setOut(new PrintWriter(out))
                .execute(arguments);
    }
}
