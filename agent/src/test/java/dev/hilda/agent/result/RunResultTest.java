// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.FusedLayers;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.measure.WireUse;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResultTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private RunResult result(FakeNetwork network, int images) throws Exception {
        return SmallNetwork.result(network, SmallNetwork.dataSet(folder, images, "top1"));
    }

    /** The document, which is read back as what it was written from. */
    private static ObjectNode document(RunResult result) throws IOException {
        assertEquals(result, RunResult.parse(result.toJson()));
        return (ObjectNode) JSON.readTree(result.toJson());
    }

    private ObjectNode document(int images) throws Exception {
        return document(result(SmallNetwork.onBoard(), images));
    }

    private static Set<ValidationMessage> problems(String schema, JsonNode document) throws IOException {
        try (InputStream stream = RunResult.class.getResourceAsStream(schema)) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(stream)
                    .validate(document);
        }
    }

    private static Set<ValidationMessage> problems(JsonNode document) throws IOException {
        return problems("run-result-1.schema.json", document);
    }

    @Test
    void shouldDescribeAPassedRunAsItsSchemaSays() throws Exception {
        ObjectNode document = document(40);
        assertEquals(Set.of(), problems(document));
        assertTrue(document.path("passed").asBoolean());
        assertEquals(40, document.path("images").asInt());
        assertEquals(40, document.path("parity_matched").asInt());
        assertEquals(
                document.path("top1_images").asInt() / 40.0,
                document.path("accuracy_top1").asDouble(),
                1e-6);
        int images = 0;
        int right = 0;
        for (JsonNode cell : document.path("confusion")) {
            images += cell.path(2).asInt();
            right += cell.path(0).equals(cell.path(1)) ? cell.path(2).asInt() : 0;
        }
        assertEquals(40, images);
        assertEquals(document.path("top1_images").asInt(), right);
        assertEquals("estimated", document.path("timing").asText());
        assertEquals("2026-01-02T03:04:05.678Z", document.path("time").asText());
        assertEquals("small", document.path("model").asText());
        assertEquals(1234, document.path("run_host_ms").asInt());
        assertTrue(document.path("complete").asBoolean());
    }

    /** Image i, from 0, takes 100 + i and 200 + 2i cycles, and 1000 + i more with the work for the link. */
    @Test
    void shouldGiveEachFigureOfTimeItsOwnName() throws Exception {
        ObjectNode document = document(120);
        assertEquals(300, document.path("cycles_min").asInt());
        assertEquals(300 + 3 * 59, document.path("cycles_p50").asInt());
        assertEquals(300 + 3 * 113, document.path("cycles_p95").asInt());
        assertEquals(300 + 3 * 118, document.path("cycles_p99").asInt());
        assertEquals(300 + 3 * 119, document.path("cycles_max").asInt());
        assertEquals(
                300 + 3 * 59 + 1000 + 59, document.path("elapsed_cycles_p50").asInt());
        for (String figure : List.of("min", "p50", "p95", "p99", "max")) {
            double cycles = document.path("cycles_" + figure).asDouble();
            assertEquals(
                    cycles / 480, document.path("latency_us_" + figure).asDouble(), 0.0005, figure + " at 480 MHz");
        }
        assertEquals(
                100 + 59, document.path("layers").path(0).path("cycles_p50").asInt());
        assertEquals(
                200 + 2 * 59, document.path("layers").path(1).path("cycles_p50").asInt());
    }

    @Test
    void shouldGiveEachFigureOfMemoryItsOwnName() throws Exception {
        ObjectNode document = document(3);
        assertEquals(1000, document.path("flash_bytes").asInt());
        assertEquals(3, document.path("flash_sectors_erased").asInt());
        assertEquals(64, document.path("arena_bytes").asInt());
        assertEquals(48, document.path("arena_peak_bytes").asInt());
        assertEquals(4096, document.path("stack_bytes").asInt());
        assertEquals(700, document.path("stack_peak_bytes").asInt());
        assertEquals(748, document.path("ram_peak_bytes").asInt(), "arena and stack together");
    }

    @Test
    void shouldNameTheLayersThatTakeTurns() throws Exception {
        assertFalse(document(1).has("fused"));
        ObjectNode document = document(
                SmallNetwork.fused(SmallNetwork.dataSet(folder, 1, "top1"), new FusedLayers(0, 1, 2, 3, 40, 50)));
        assertEquals(Set.of(), problems(document));
        JsonNode expected = JSON.readTree("""
                [{"first_layer": "hidden", "last_layer": "logits", "rows_per_turn": 2, "turns": 3, "buffer_bytes": 40,
                  "recomputed_macs": 50}]
                """);
        assertEquals(expected, document.path("fused"));
    }

    @Test
    void shouldTellOfInterruptions() throws Exception {
        RunResult whole = result(SmallNetwork.onBoard(), 3);
        assertFalse(document(whole).has("resumes"));
        RunResult resumed = new RunResult(
                whole.run(),
                whole.outcome(),
                whole.workload(),
                whole.demands(),
                whole.origin(),
                whole.setup(),
                whole.fusion(),
                whole.flash(),
                whole.board(),
                whole.accuracy(),
                whole.picture(),
                whole.reference(),
                whole.latency(),
                whole.layers(),
                whole.estimate(),
                whole.wire(),
                whole.memory(),
                whole.counters(),
                Optional.of(new ResumeResult(2, List.of("brown-out", "host-pause"), List.of(7L, 7L))),
                Optional.of(new ClockResult(479_990_000, 12_345, 10_250)));
        ObjectNode document = document(resumed);
        assertEquals(Set.of(), problems(document));
        assertEquals(479_990_000, document.path("core_clock_by_host_hz").asLong());
        assertEquals(12_345, document.path("core_clock_by_host_uncertainty_hz").asLong());
        assertEquals(2, document.path("resumes").asInt());
        assertEquals("host-pause", document.path("resume_causes").path(1).asText());
        assertEquals(7, document.path("resume_images").path(0).asInt());
        assertTrue(resumed.remarks()
                .contains("the run was interrupted and went on, at image 7 (brown-out), at image 7 (host-pause)"));
        document.remove("resume_causes");
        assertFalse(problems(document).isEmpty());
    }

    @Test
    void shouldGiveEachCounterItsOwnName() throws Exception {
        ObjectNode document = document(3);
        assertEquals(7000, document.path("board_line_bytes_sent").asInt());
        List<String> names = List.of("crc_errors", "resyncs", "retransmits");
        for (int index = 0; index < names.size(); index++) {
            assertEquals(3 + index, document.path("board_" + names.get(index)).asInt(), names.get(index));
            assertEquals(0, document.path("host_" + names.get(index)).asInt(-1), names.get(index));
        }
        assertEquals(8, document.path("board_timeouts").asInt());
        assertEquals(9, document.path("board_uart_overruns").asInt());
        assertEquals(12, document.path("board_dma_errors").asInt());
        assertEquals(13, document.path("board_receive_overflow_bytes").asInt());
        assertEquals(
                document.path("board_uptime_cycles").asLong() / 4,
                document.path("board_idle_cycles").asLong());
    }

    @Test
    void shouldBeReadOnlyWhole() throws Exception {
        for (String field : List.of("run_id", "passed", "model", "data_sha256", "host", "cycles_p99", "arena_bytes")) {
            ObjectNode lacking = document(2);
            lacking.remove(field);
            JsonProcessingException failure =
                    assertThrows(JsonProcessingException.class, () -> RunResult.parse(lacking.toString()), field);
            assertTrue(String.valueOf(failure.getMessage()).contains(field), field);
        }
        ObjectNode other = document(2);
        other.put("schema", "hilda/run-result/2");
        assertThrows(JsonProcessingException.class, () -> RunResult.parse(other.toString()));
        assertThrows(JsonProcessingException.class, () -> Result.parse("idle"));
    }

    @Test
    void shouldCallItAgreementWhatIsComparedWithPredictions() throws Exception {
        JsonNode document =
                document(SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 40, "agreement")));
        assertEquals(Set.of(), problems(document));
        int same = document.path("agreement_images").asInt();
        assertTrue(same > 0 && same < 40, document.toString());
        assertEquals(same / 40.0, document.path("agreement").asDouble());
        assertEquals("agreement", document.path("metric").asText());
        assertFalse(document.has("accuracy_top1") || document.has("accuracy_top5"), document.toString());
    }

    /** As it is read by whoever prints it. */
    @Test
    void shouldTellWhatRanAndWhatWasTakenForWhat() throws Exception {
        RunResult result = result(SmallNetwork.onBoard(), 40);
        assertEquals("small", result.subject());
        AccuracyResult accuracy = result.accuracy().orElseThrow();
        assertEquals(List.of(accuracy.remark().orElseThrow()), result.remarks(), "its labels mean nothing");
        ConfusionMatrix confusion = accuracy.confusionMatrix().orElseThrow();
        assertEquals(3, confusion.classes());
        assertEquals(accuracy.top1Images().orElseThrow(), confusion.correct());
        assertEquals(
                40,
                confusion.cells().stream()
                        .mapToLong(ConfusionMatrix.Cell::images)
                        .sum());
    }

    @Test
    void shouldSayNothingOfALineThatWasNotMeasured() {
        WireResult used = WireResult.of(new WireUse(2, 2000, 100, 10, 50, 1_000_000, 1_000_000));
        assertEquals(1000, used.cyclesPerImage().orElseThrow());
        for (WireUse nothing : List.of(
                new WireUse(0, 2000, 100, 10, 50, 1_000_000, 1_000_000),
                new WireUse(2, 0, 100, 10, 50, 1_000_000, 1_000_000))) {
            WireResult unused = WireResult.of(nothing);
            assertTrue(unused.wireUtilisation().isEmpty()
                    && unused.cyclesPerImage().isEmpty()
                    && unused.cyclesOverIdeal().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldSayNothingOfTheLineForFewerThanThreeImages(int images) throws Exception {
        ObjectNode document = document(images);
        assertEquals(Set.of(), problems(document));
        assertFalse(document.has("wire_utilisation") || document.has("cycles_over_ideal"), document.toString());
    }

    @Test
    void shouldDescribeARunWithOtherNumbersThanTheOracles() throws Exception {
        FakeNetwork network = SmallNetwork.onBoard();
        network.spoil(3, 1);
        ObjectNode document = document(result(network, 10));
        assertEquals(Set.of(), problems(document));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals("parity", document.path("failure_kind").asText());
        assertTrue(document.path("failure").asText().contains("output 1 of image 3"), document.toString());
        assertEquals(9, document.path("parity_matched").asInt());
        assertTrue(document.path("complete").asBoolean(), "wrong, but to its end");
        assertEquals(312, document.path("cycles_p50").asInt());
    }

    @Test
    void shouldDescribeTheImagesBeforeOneThatCouldNotBeRead() throws Exception {
        DataSet dataSet = SmallNetwork.dataSet(folder, 30, "top1");
        Files.write(folder.resolve("images.bin"), new byte[21 * 4]);
        JsonNode document = document(SmallNetwork.result(SmallNetwork.onBoard(), dataSet));
        assertEquals(Set.of(), problems(document));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals("dataset", document.path("failure_kind").asText());
        assertEquals(21, document.path("images").asInt());
        assertEquals(21, document.path("parity_matched").asInt());
        assertFalse(document.path("complete").asBoolean(true));
    }

    @Test
    void shouldDescribeARunThatNeverHadABoard() throws Exception {
        for (FailureKind kind : FailureKind.values()) {
            String document = new EarlyFailure(RunResult.SCHEMA, kind.label(), "text").toJson();
            assertEquals(Set.of(), problems(JSON.readTree(document)));
        }
        assertEquals(
                Set.of(),
                problems(JSON.readTree(new EarlyFailure(RunResult.SCHEMA, "interrupted", "interrupted").toJson())));
    }

    @Test
    void shouldHaveASchemaThatNoticesMissingAndUnknownFields() throws Exception {
        for (String field : Set.of("parity_matched", "cycles_p99", "ram_peak_bytes", "images", "accuracy_top5")) {
            ObjectNode missing = document(2);
            missing.remove(field);
            assertFalse(problems(missing).isEmpty(), field);
        }
        ObjectNode unknown = document(2);
        unknown.put("latency", 1);
        assertFalse(problems(unknown).isEmpty());
        ObjectNode contradiction = document(2);
        contradiction.put("passed", false);
        assertFalse(problems(contradiction).isEmpty(), "failed without a reason");
    }

    @Test
    void shouldGiveTheTimeOfEachLayer() throws Exception {
        RunResult result = result(SmallNetwork.onBoard(), 3);
        JsonNode document = JSON.readTree(result.layerTimes().orElseThrow().toJson());
        assertEquals(Set.of(), problems("layers-1.schema.json", document));
        assertEquals("logits", document.path("layers").path(1).path("name").asText());
        assertEquals(202, document.path("layers").path(1).path("cycles_p50").asInt());
        assertEquals(3, document.path("images").asInt());
        assertEquals(
                0.421, document.path("layers").path(1).path("latency_us_p50").asDouble());
    }

    @Test
    void shouldFitOnOneLine() throws Exception {
        assertEquals(1, result(SmallNetwork.onBoard(), 2).toJson().lines().count());
    }

    @Test
    void shouldTellProgress() throws Exception {
        RunProgress progress = new RunProgress(SmallNetwork.IDENTITY, new RunProgress.Step("images", 1, 2));
        assertEquals(progress, RunProgress.parse(progress.toJson()));
        assertEquals(Set.of(), problems("progress-1.schema.json", JSON.readTree(progress.toJson())));
    }

    @Test
    void shouldTellStatesAsJsonAndUnderstandTheOldWord() throws Exception {
        for (BoardState state : BoardState.values()) {
            String document = StateDocument.of(state);
            assertEquals(Set.of(), problems("state-1.schema.json", JSON.readTree(document)));
            assertEquals(Optional.of(state), StateDocument.parse(document, BoardState.class));
            assertEquals(Optional.of(state), StateDocument.parse(StateDocument.word(state), BoardState.class));
        }
        String worn = StateDocument.of(
                BoardState.RESERVED,
                Map.of("flash_erases_max", 8_000L, "flash_endurance_cycles", 10_000L, "holder", "alice"));
        assertEquals(Set.of(), problems("state-1.schema.json", JSON.readTree(worn)));
        assertEquals(
                "{\"state\":\"reserved\",\"flash_endurance_cycles\":10000,\"flash_erases_max\":8000,\"holder\":\"alice\"}",
                worn);
        assertEquals("{\"state\":\"offline\"}", StateDocument.of(BenchState.OFFLINE));
        assertEquals(Optional.empty(), StateDocument.parse("{\"state\":\"idle\"}", BenchState.class));
        assertEquals(Optional.empty(), StateDocument.parse("OFFLINE", BenchState.class));
        assertEquals(Optional.empty(), StateDocument.parse("[1", BenchState.class));
    }
}
