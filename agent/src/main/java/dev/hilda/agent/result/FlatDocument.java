// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Records as parts of one flat JSON object: dashboards and time-series stores take fields, not trees. Names become snake
 * case, enum constants lower case; an empty Optional is no field.
 */
final class FlatDocument {
    private static final SnakeCaseStrategy NAMES = (SnakeCaseStrategy) PropertyNamingStrategies.SNAKE_CASE;
    static final String SCHEMA = "schema";

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(NAMES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ObjectNode fields;

    private FlatDocument(ObjectNode fields) {
        this.fields = fields;
    }

    static FlatDocument of(String schema) {
        return new FlatDocument(plain().put(SCHEMA, schema));
    }

    /** An object without a schema. */
    static ObjectNode plain() {
        return JSON.createObjectNode();
    }

    /** Any JSON. */
    static JsonNode tree(String json) throws JsonProcessingException {
        return JSON.readTree(json);
    }

    /** A document of that schema. */
    static FlatDocument parse(String json, String schema) throws JsonProcessingException {
        JsonNode tree = tree(json);
        String actual = tree.path(SCHEMA).asText();
        if (!(tree instanceof ObjectNode object) || !actual.equals(schema)) {
            throw new JsonMappingException(null, "expected a document of schema " + schema + ", got '" + actual + "'");
        }
        return new FlatDocument(object);
    }

    FlatDocument add(Record part) {
        ObjectNode more = JSON.valueToTree(part);
        more.fieldNames().forEachRemaining(name -> {
            if (fields.has(name)) {
                throw new IllegalStateException("two parts have the field " + name);
            }
        });
        fields.setAll(more);
        return this;
    }

    FlatDocument put(String name, String value) {
        fields.put(name, value);
        return this;
    }

    String text(String name) throws JsonProcessingException {
        JsonNode value = fields.path(name);
        if (!value.isTextual()) {
            throw lacks(name);
        }
        return value.textValue();
    }

    /** A part all of whose fields must be there, but for the optional ones. */
    <P extends Record> P part(Class<P> type) throws JsonProcessingException {
        for (String name : required(type)) {
            if (!fields.hasNonNull(name)) {
                throw lacks(name);
            }
        }
        return JSON.treeToValue(fields, type);
    }

    /** A part that may be missing as a whole. */
    <P extends Record> Optional<P> optional(Class<P> type) throws JsonProcessingException {
        return required(type).stream().noneMatch(fields::has) ? Optional.empty() : Optional.of(part(type));
    }

    private static List<String> required(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> !component.getType().getSimpleName().startsWith("Optional"))
                .map(RecordComponent::getName)
                .map(NAMES::translate)
                .toList();
    }

    private static JsonMappingException lacks(String name) {
        return new JsonMappingException(null, "the field " + name + " is missing");
    }

    String toJson() {
        return fields.toString();
    }
}
