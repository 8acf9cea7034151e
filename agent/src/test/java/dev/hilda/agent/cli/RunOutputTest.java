// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.result.RunResult;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class RunOutputTest {
    @Test
    void shouldSayBeforeARunWhatItsProfileWasVerifiedOn() {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(CommandSpec.create()).setErr(new PrintWriter(err));
        RunOutput output = RunOutput.ofRun(command, true, RunResult.SCHEMA);
        BoardProfile profile = new ProfileCatalog(Path.of("no-user-profiles")).load("virtual-nucleo-h743zi");
        output.listener(profile, Optional.of(BrokerAddress.parse("mqtt://localhost")), (RunResult result) -> {});
        assertEquals("hilda: virtual-nucleo-h743zi: profile verified on virtual, timing estimated\n", err.toString());
    }

    @Test
    void shouldNotPassOrdersInAModelOnToTheTerminal() throws InterruptedException {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(CommandSpec.create()).setOut(new PrintWriter(out));
        RunOutput.result(command, false, () -> "layer\t\u001b]0;owned\u0007\nnext");
        RunOutput.result(command, true, () -> "{\"name\":\"\u009b2J\"}");
        assertEquals("layer\t\\u001b]0;owned\\u0007\nnext\n{\"name\":\"\\u009b2J\"}\n", out.toString());
    }
}
