package dev.hilda.agent.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.session.RunReport;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDocumentTest {
    private static final RunIdentity RUN = new RunIdentity(
            "70dd5cee-4474-4abc-a29c-73043f32510c",
            Instant.parse("2026-01-02T03:04:05.678901Z"),
            "bench",
            "virtual-nucleo-h743zi",
            "VIRT1",
            Timing.ESTIMATED);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private RunReport report(FakeNetwork network, int images) throws Exception {
        return SmallNetwork.run(network, SmallNetwork.dataSet(folder, images, "top1"));
    }

    private ObjectNode document(int images) throws Exception {
        return (ObjectNode) JSON.readTree(RunDocument.of(RUN, report(SmallNetwork.onBoard(), images)));
    }

    private static Set<ValidationMessage> problems(String schema, JsonNode document) throws IOException {
        try (InputStream stream = RunDocument.class.getResourceAsStream(schema)) {
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
        assertEquals(300, document.path("cycles_p50").asInt());
        assertEquals(0.625, document.path("latency_us_p50").asDouble());
        assertEquals("estimated", document.path("timing").asText());
        assertEquals(1000, document.path("flash_bytes").asInt());
        assertEquals(64, document.path("ram_peak_bytes").asInt());
        assertEquals("small", document.path("model").asText());
    }

    @Test
    void shouldCallItAgreementWhatIsComparedWithPredictions() throws Exception {
        RunReport report = SmallNetwork.run(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 40, "agreement"));
        JsonNode document = JSON.readTree(RunDocument.of(RUN, report));
        assertEquals(Set.of(), problems(document));
        int same = document.path("agreement_images").asInt();
        assertTrue(same > 0 && same < 40, document.toString());
        assertEquals(same / 40.0, document.path("agreement").asDouble());
        assertEquals("agreement", document.path("metric").asText());
        assertFalse(document.has("accuracy_top1") || document.has("accuracy_top5"), document.toString());
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
        ObjectNode document = (ObjectNode) JSON.readTree(RunDocument.of(RUN, report(network, 10)));
        assertEquals(Set.of(), problems(document));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals("parity", document.path("failure_kind").asText());
        assertTrue(document.path("failure").asText().contains("output 1 of image 3"), document.toString());
        assertEquals(9, document.path("parity_matched").asInt());
        assertEquals(300, document.path("cycles_p50").asInt());
    }

    @Test
    void shouldDescribeTheImagesBeforeOneThatCouldNotBeRead() throws Exception {
        DataSet dataSet = SmallNetwork.dataSet(folder, 30, "top1");
        Files.write(folder.resolve("images.bin"), new byte[21 * 4]);
        JsonNode document = JSON.readTree(RunDocument.of(RUN, SmallNetwork.run(SmallNetwork.onBoard(), dataSet)));
        assertEquals(Set.of(), problems(document));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals("dataset", document.path("failure_kind").asText());
        assertEquals(21, document.path("images").asInt());
        assertEquals(21, document.path("parity_matched").asInt());
    }

    @Test
    void shouldDescribeARunThatDidNotComeToItsEnd() throws Exception {
        assertEquals(Set.of(), problems(JSON.readTree(RunDocument.of(RUN, "flash", "could not"))));
        assertEquals(Set.of(), problems(JSON.readTree(RunDocument.of(RUN, "interrupted", "interrupted"))));
        for (FailureKind kind : FailureKind.values()) {
            assertEquals(Set.of(), problems(JSON.readTree(RunDocument.withoutBoard(kind.label(), "text"))));
        }
        assertEquals(Set.of(), problems(JSON.readTree(RunDocument.withoutBoard("interrupted", "interrupted"))));
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
        JsonNode document = JSON.readTree(LayersDocument.of(RUN, report(SmallNetwork.onBoard(), 3)));
        assertEquals(Set.of(), problems("layers-1.schema.json", document));
        assertEquals("logits", document.path("layers").path(1).path("name").asText());
        assertEquals(200, document.path("layers").path(1).path("cycles_p50").asInt());
        assertEquals(
                0.417, document.path("layers").path(1).path("latency_us_p50").asDouble());
    }

    @Test
    void shouldFitOnOneLine() throws Exception {
        assertEquals(
                1,
                RunDocument.of(RUN, report(SmallNetwork.onBoard(), 2)).lines().count());
        assertEquals(1, ProgressDocument.of(RUN, "images", 1, 2).lines().count());
    }
}
