// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/mqtt.md} is true: its topics, its examples and its tables of fields are those that are published. */
class MqttDocumentTest {
    private static final Path DOCUMENT = Path.of("docs", "mqtt.md");
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private String document;

    @BeforeEach
    void read() throws IOException {
        document = Files.readString(DOCUMENT, StandardCharsets.UTF_8);
    }

    private List<JsonNode> examples() throws IOException {
        List<String> texts =
                EXAMPLE.matcher(document).results().map(found -> found.group(1)).toList();
        List<JsonNode> examples = new ArrayList<>();
        for (String text : texts) {
            examples.add(JSON.readTree(text));
        }
        return examples;
    }

    private JsonNode example(String schema) throws IOException {
        return examples().stream()
                .filter(example -> example.path("schema").asText().equals(schema))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no example of " + schema));
    }

    private static JsonNode schema(String file) throws IOException {
        try (InputStream stream = RunResult.class.getResourceAsStream(file)) {
            return JSON.readTree(stream);
        }
    }

    private static Set<String> fields(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void shouldListEveryTopicAndNoOther() {
        Topics topics = new Topics("BENCH", "BOARD");
        assertEquals(
                List.of(
                        topics.benchStatus(),
                        Topics.night("BENCH", "SUITE"),
                        topics.boardStatus(),
                        topics.progress(),
                        topics.result(),
                        topics.latest("MODEL"),
                        topics.layers("MODEL")),
                rows().stream().filter(name -> name.startsWith("hilda/")).toList());
        for (BoardState state : BoardState.values()) {
            assertTrue(document.contains("`" + StateDocument.word(state) + "`"), state.name());
        }
    }

    private List<String> rows() {
        return ROW.matcher(document)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    @Test
    void shouldExplainEveryFieldAndNoOther() throws IOException {
        Set<String> all = fields(schema("run-result-1.schema.json").path("properties"));
        all.addAll(fields(schema("selftest-result-1.schema.json").path("properties")));
        assertEquals(
                all,
                rows().stream().filter(name -> !name.contains("/")).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldShowDocumentsOfTheirSchemas() throws IOException {
        Map<String, String> schemas = Map.of(
                RunResult.SCHEMA, "run-result-1.schema.json",
                SelfTestResult.SCHEMA, "selftest-result-1.schema.json",
                LayersResult.SCHEMA, "layers-1.schema.json",
                RunProgress.SCHEMA, "progress-1.schema.json");
        for (JsonNode example : examples()) {
            String file = schemas.getOrDefault(example.path("schema").asText(), "state-1.schema.json");
            try (InputStream stream = RunResult.class.getResourceAsStream(file)) {
                assertEquals(
                        Set.of(),
                        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                                .getSchema(stream)
                                .validate(example),
                        file);
            }
        }
        assertEquals(schemas.size() + 1, examples().size(), "and a state");
        assertEquals(
                "selftest",
                Result.parse(example(SelfTestResult.SCHEMA).toString()).subject());
    }

    @Test
    void shouldShowTheFieldsThatAreWritten() throws Exception {
        RunResult measured = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 10, "top1"));
        RunResult result = measured.withRun(measured.run().numbered(4711));
        assertEquals(fields(JSON.readTree(result.toJson())), fields(example(RunResult.SCHEMA)));
        assertEquals(
                fields(JSON.readTree(result.layerTimes().orElseThrow().toJson())),
                fields(example(LayersResult.SCHEMA)));
        RunProgress progress = new RunProgress(SmallNetwork.IDENTITY, new RunProgress.Step("images", 1, 2));
        assertEquals(fields(JSON.readTree(progress.toJson())), fields(example(RunProgress.SCHEMA)));
    }
}
