package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class RunOutputTest {
    @Test
    void shouldNotPassOrdersInAModelOnToTheTerminal() throws InterruptedException {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(CommandSpec.create()).setOut(new PrintWriter(out));
        RunOutput.result(command, false, () -> "layer\t\u001b]0;owned\u0007\nnext");
        RunOutput.result(command, true, () -> "{\"name\":\"\u009b2J\"}");
        assertEquals("layer\t\\u001b]0;owned\\u0007\nnext\n{\"name\":\"\\u009b2J\"}\n", out.toString());
    }
}
