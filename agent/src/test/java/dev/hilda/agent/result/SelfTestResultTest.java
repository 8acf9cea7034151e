// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.run.SelftestTask;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfTestResultTest {
    private static final RunIdentity RUN = run(Timing.ESTIMATED);
    private static final BenchSetup SETUP = SmallNetwork.SETUP;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldDescribeAPassedRunAsItsSchemaSays() throws Exception {
        ObjectNode document = document(passed(RUN));
        assertEquals(Set.of(), problems(document));
        assertEquals("2026-01-02T03:04:05.678Z", document.path("time").asText());
        assertEquals(5000, document.path("echo_bytes").asInt());
        assertEquals("0x20036450", document.path("chip_idcode").asText());
    }

    @Test
    void shouldNotMeasureAVirtualClockByTheHosts() throws Exception {
        ObjectNode estimated = document(passed(RUN));
        assertFalse(estimated.has("core_clock_by_host_hz") || estimated.has("core_clock_by_host_ms"));
    }

    @Test
    void shouldGiveTheRateByTheBoardsOwnCycles() throws Exception {
        ObjectNode document = document(passed(RUN));
        long cycles = document.path("echo_board_cycles").asLong();
        assertTrue(cycles > 0);
        assertEquals(
                5000 * 480e6 / cycles, document.path("echo_bytes_per_second").asDouble(), 1);
    }

    @Test
    void shouldDescribeARunThatNeverFoundABoard() throws Exception {
        ObjectNode document = (ObjectNode)
                JSON.readTree(new EarlyFailure(SelfTestResult.SCHEMA, "profile", "no such profile").toJson());
        assertEquals(Set.of(), problems(document));
        document.put("run_id", RUN.runId());
        assertFalse(problems(document).isEmpty(), "a run with an identity must have all of it");
    }

    @Test
    void shouldDescribeAFailedRunAsItsSchemaSays() throws Exception {
        Outcome failed = Outcome.failed(false, "flash", "could not", Duration.ofMillis(7));
        ObjectNode document = document(task().result(RUN, failed, SETUP));
        assertEquals(Set.of(), problems(document));
        assertEquals("flash", document.path("failure_kind").asText());
    }

    @Test
    void shouldHaveASchemaThatNoticesMissingAndUnknownFields() throws Exception {
        ObjectNode missing = document(passed(RUN));
        missing.remove("core_clock_hz");
        assertFalse(problems(missing).isEmpty());
        ObjectNode unknown = document(passed(RUN));
        unknown.put("latency", 1);
        assertFalse(problems(unknown).isEmpty());
    }

    @Test
    void shouldFitOnOneLine() throws Exception {
        assertTrue(passed(RUN).toJson().lines().count() == 1);
    }

    private static RunIdentity run(Timing timing) {
        return new RunIdentity(
                "70dd5cee-4474-4abc-a29c-73043f32510c",
                Instant.parse("2026-01-02T03:04:05.678901Z"),
                "bench",
                "virtual-nucleo-h743zi",
                "VIRT1",
                timing);
    }

    private static Set<ValidationMessage> problems(ObjectNode document) throws IOException {
        try (InputStream stream = SelfTestResult.class.getResourceAsStream("selftest-result-1.schema.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(stream);
            return schema.validate(document);
        }
    }

    private static SelftestTask task() {
        FirmwareImage image = new FirmwareImage("fake.elf", Bytes.of(new byte[] {1}), List.of(), 0x08000001);
        return new SelftestTask(image, ExpectedFirmware.BASE, 5000);
    }

    private static SelfTestResult passed(RunIdentity run) throws InterruptedException {
        BoardSession session = new BoardSession(
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                ExpectedFirmware.BASE,
                "fake",
                new FakeBoard().link(),
                new Random(1)::nextInt,
                Clock.SYSTEM,
                SessionPatience.STANDARD,
                state -> {});
        SelftestTask task = task();
        task.run(session, (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5)), "fake", Progress.SILENT);
        return task.result(run, Outcome.passed(Duration.ofMillis(1234)), SETUP);
    }

    /** The document, which is read back as what it was written from. */
    private static ObjectNode document(SelfTestResult result) throws IOException {
        assertEquals(result, Result.parse(result.toJson()));
        return (ObjectNode) JSON.readTree(result.toJson());
    }
}
