// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.result.Outbox;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PublishCommandTest {
    /** Nothing listens there. */
    private static final String NO_BROKER = "mqtt://127.0.0.1:1";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int publish(Outbox outbox, String... options) {
        CommandLine command = FailureReport.install(new CommandLine(new PublishCommand(outbox)))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return command.execute(options);
    }

    @Test
    void shouldNeedNoBrokerWhereNothingWaits() {
        assertEquals(0, publish(new Outbox(folder.resolve("none")), "--mqtt", NO_BROKER), err.toString());
        assertEquals("nothing was sent, 0 results wait", out.toString().strip());
        assertEquals(0, publish(new Outbox(folder.resolve("none")), "--mqtt", NO_BROKER, "--json"));
        assertTrue(
                out.toString().contains("{\"broker\":\"" + NO_BROKER + "\",\"sent\":[],\"waiting\":0}"),
                out.toString());
    }

    @Test
    void shouldKeepWhatItCannotSend() throws Exception {
        Outbox outbox = new Outbox(folder.resolve("outbox"));
        outbox.keep(SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 3, "top1")));
        assertEquals(ExitCode.PUBLISH.code(), publish(outbox, "--mqtt", NO_BROKER, "--json"), err.toString());
        assertTrue(out.toString().contains("\"failure_kind\":\"publish\""), out.toString());
        assertEquals(1, outbox.size());
    }
}
