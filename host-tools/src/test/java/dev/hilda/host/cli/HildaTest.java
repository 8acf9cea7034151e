package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HildaTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintTheVersionTheBuildWrote() {
        assertEquals(0, execute("--version"));
        assertTrue(out.toString().matches("hilda \\d+\\.\\d+\\.\\d+\\S*\\R"), out.toString());
    }

    @Test
    void shouldRefuseAMissingCommandAsUsage() {
        assertEquals(2, execute());
        assertTrue(err.toString().startsWith("Missing command"), err.toString());
    }

    private int execute(String... args) {
        CommandLine command = Hilda.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
