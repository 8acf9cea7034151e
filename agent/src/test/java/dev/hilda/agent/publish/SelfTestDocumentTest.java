package dev.hilda.agent.publish;

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
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SelfTest;
import dev.hilda.agent.session.SelfTestReport;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.testing.FakeBoard;
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

class SelfTestDocumentTest {
    private static final RunIdentity RUN = run(Timing.ESTIMATED);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldDescribeAPassedRunAsItsSchemaSays() throws Exception {
        ObjectNode document = (ObjectNode) JSON.readTree(SelfTestDocument.of(RUN, report()));
        assertEquals(Set.of(), problems(document));
        assertEquals("2026-01-02T03:04:05.678Z", document.path("time").asText());
        assertEquals(5000, document.path("echo_bytes").asInt());
        assertEquals("0x20036450", document.path("chip_idcode").asText());
    }

    @Test
    void shouldNotMeasureAVirtualClockByTheHosts() throws Exception {
        SelfTestReport report = report();
        ObjectNode estimated = (ObjectNode) JSON.readTree(SelfTestDocument.of(RUN, report));
        assertFalse(estimated.has("core_clock_by_host_hz") || estimated.has("core_clock_by_host_ms"));
        ObjectNode measured = (ObjectNode) JSON.readTree(SelfTestDocument.of(run(Timing.MEASURED), report));
        assertEquals(Set.of(), problems(measured));
        assertEquals(
                Math.round(report.clocks().measuredHz()),
                measured.path("core_clock_by_host_hz").asLong());
    }

    @Test
    void shouldGiveTheRateByTheBoardsOwnCycles() throws Exception {
        ObjectNode document = (ObjectNode) JSON.readTree(SelfTestDocument.of(RUN, report()));
        long cycles = document.path("echo_board_cycles").asLong();
        assertTrue(cycles > 0);
        assertEquals(
                5000 * 480e6 / cycles, document.path("echo_bytes_per_second").asDouble(), 1);
    }

    @Test
    void shouldDescribeARunThatNeverFoundABoard() throws Exception {
        ObjectNode document = (ObjectNode) JSON.readTree(SelfTestDocument.withoutBoard("profile", "no such profile"));
        assertEquals(Set.of(), problems(document));
        document.put("run_id", RUN.runId());
        assertFalse(problems(document).isEmpty(), "a run with an identity must have all of it");
    }

    @Test
    void shouldDescribeAFailedRunAsItsSchemaSays() throws Exception {
        ObjectNode document = (ObjectNode) JSON.readTree(SelfTestDocument.of(RUN, "flash", "could not"));
        assertEquals(Set.of(), problems(document));
        assertEquals("flash", document.path("failure_kind").asText());
    }

    @Test
    void shouldHaveASchemaThatNoticesMissingAndUnknownFields() throws Exception {
        ObjectNode missing = (ObjectNode) JSON.readTree(SelfTestDocument.of(RUN, report()));
        missing.remove("core_clock_hz");
        assertFalse(problems(missing).isEmpty());
        ObjectNode unknown = (ObjectNode) JSON.readTree(SelfTestDocument.of(RUN, report()));
        unknown.put("latency", 1);
        assertFalse(problems(unknown).isEmpty());
    }

    @Test
    void shouldFitOnOneLine() throws Exception {
        assertTrue(SelfTestDocument.of(RUN, report()).lines().count() == 1);
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
        try (InputStream stream = SelfTestDocument.class.getResourceAsStream("selftest-result-1.schema.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(stream);
            return schema.validate(document);
        }
    }

    private static SelfTestReport report() throws InterruptedException {
        BoardSession session = new BoardSession(
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                ExpectedFirmware.BASE,
                "fake",
                new FakeBoard().link(),
                new Random(1)::nextInt,
                Clock.SYSTEM,
                SessionPatience.STANDARD,
                state -> {});
        FirmwareImage image = new FirmwareImage("fake.elf", Bytes.of(new byte[] {1}), List.of(), 0x08000001);
        return new SelfTest(session, Clock.SYSTEM, Progress.SILENT)
                .run((flashed, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5)), image, 5000, 1);
    }
}
