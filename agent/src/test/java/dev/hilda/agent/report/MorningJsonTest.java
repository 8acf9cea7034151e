// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

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
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MorningJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Set<ValidationMessage> problems(JsonNode document) throws IOException {
        try (InputStream schema = Morning.class.getResourceAsStream("morning-1.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(schema)
                    .validate(document);
        }
    }

    @Test
    void shouldReadWhatItWroteAndWriteWhatTheSchemaSays() throws Exception {
        for (long seed = 1; seed <= 5; seed++) {
            Morning morning = new Mornings(seed).mixed((int) seed, 4);
            String json = MorningJson.write(morning);
            assertEquals(morning, MorningJson.read(json), "seed " + seed);
            assertEquals(Set.of(), problems(JSON.readTree(json)), "seed " + seed);
        }
        Morning nothing = new Mornings(1).mixed(0, 0);
        assertEquals(nothing, MorningJson.read(MorningJson.write(nothing)));
        assertEquals(Set.of(), problems(JSON.readTree(MorningJson.write(nothing))));
        assertFalse(MorningJson.write(nothing).contains("data_as_of"), "an empty Optional is no field");
    }

    @Test
    void shouldBeInTheOrderOfThePage() throws Exception {
        List<String> names = new ArrayList<>();
        JSON.readTree(MorningJson.write(new Mornings(1).mixed(3, 3)))
                .fieldNames()
                .forEachRemaining(names::add);
        assertEquals(
                List.of("counts", "outcome", "attention", "regressions", "changes", "grid", "boards", "trends"),
                names.subList(names.indexOf("counts"), names.size()));
    }

    /** Whatever a schema asks for, the reader asks for too. */
    @Test
    void shouldBeReadOnlyWhole() throws Exception {
        String json = MorningJson.write(new Mornings(2).mixed(3, 4));
        ObjectNode whole = (ObjectNode) JSON.readTree(json);
        List<String> names = new ArrayList<>();
        whole.fieldNames().forEachRemaining(names::add);
        names.remove("data_as_of");
        for (String name : names) {
            ObjectNode lacking = whole.deepCopy();
            lacking.remove(name);
            assertThrows(JsonProcessingException.class, () -> MorningJson.read(lacking.toString()), name);
            assertFalse(problems(lacking).isEmpty(), name);
        }
        ObjectNode uncounted = whole.deepCopy();
        ((ObjectNode) uncounted.path("counts")).remove("missing");
        assertThrows(JsonProcessingException.class, () -> MorningJson.read(uncounted.toString()));
        ObjectNode unknown = whole.deepCopy();
        ((ObjectNode) unknown.path("grid").path(0)).put("state", "fine");
        JsonProcessingException failure =
                assertThrows(JsonProcessingException.class, () -> MorningJson.read(unknown.toString()));
        assertTrue(
                String.valueOf(failure.getMessage()).contains("expected a CellState, got 'fine'"), failure.toString());
        assertFalse(problems(unknown).isEmpty());
        assertThrows(
                JsonProcessingException.class,
                () -> MorningJson.read(json.replace("hilda/morning/1", "hilda/morning/2")));
        assertThrows(JsonProcessingException.class, () -> MorningJson.read("idle"));
        // A later program may add fields.
        assertEquals(MorningJson.read(json), MorningJson.read(json.replaceFirst("\\{", "{\"later\":1,")));
    }
}
