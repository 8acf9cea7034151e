// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody takes a board in the middle of a job, debugs it, and gives it back with another program and other option bytes. */
class ColleagueIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int IMAGES = 600;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final AgentUnderTest agent = new AgentUnderTest(bench);

    @Test
    void shouldDoTheJobOnAnotherBoardAndTakeTheFirstOneBack() throws Exception {
        FaultNetwork network = new FaultNetwork();
        String bundle = network.bundle(bench.folder()).toString();
        String data = network.dataSet(bench.folder(), IMAGES, 1).toString();
        VirtualBoard wanted = bench.board("--fast-flash", "--throttle", "--serial", "WANTED");
        agent.start(List.of("patience: {discovery_s: 1}", "boards:", "  - {profile: " + FaultBench.BOARD + "}"));
        agent.awaitState("WANTED", "ready");
        String first =
                agent.ask("submit", bundle, "--data", data).path("job_id").asText();
        agent.awaitState("WANTED", "busy");

        agent.ask("board", "reserve", "WANTED", "--for", "1h", "--why", "gdb", "--now");
        DebuggedByHand.Run gdb = new DebuggedByHand(bench).gdb(wanted);
        assertTrue(gdb.text().contains("Breakpoint 1, main"), gdb.text());
        bench.board("--fast-flash", "--serial", "OTHER");
        JsonNode ended = agent.ask("wait", first);
        assertEquals(
                "passed OTHER 1",
                ended.path("state").asText() + " "
                        + ended.path("board").asText() + " "
                        + ended.path("attempts").asInt());

        DebuggedByHand.Run changed = new DebuggedByHand(bench)
                .openOcd(wanted, "init; reset halt; stm32h7x option_write 0 0x20 0x4 0xC; reset run; shutdown");
        assertEquals(0, changed.exitCode(), changed.text());
        agent.ask("board", "release", "WANTED");
        agent.awaitState("WANTED", "quarantined");
        String reason = agent.board("WANTED").path("reason").asText();
        assertTrue(reason.contains("option bytes were changed"), reason);
        agent.ask("board", "release", "WANTED");
        agent.awaitState("WANTED", "ready");
        agent.ask("board", "reserve", "OTHER", "--for", "1h", "--why", "so that the first one gets the job");
        JsonNode back = agent.ask(
                "wait",
                agent.ask("submit", bundle, "--data", data).path("job_id").asText());
        assertEquals(
                "passed WANTED",
                back.path("state").asText() + " " + back.path("board").asText());
        JsonNode run = result(back.path("run_id").asText());
        assertEquals(IMAGES, run.path("parity_matched").asInt());
        assertTrue(run.path("flash_sectors_erased").asInt() > 0, "the colleague's program was there: " + run);
        agent.stop();
    }

    private JsonNode result(String runId) throws Exception {
        for (String text : bench.results()) {
            JsonNode result = JSON.readTree(text);
            if (result.path("run_id").asText().equals(runId)) {
                return result;
            }
        }
        throw new AssertionError("no result of run " + runId);
    }
}
