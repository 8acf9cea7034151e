// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.hilda.profile.Labelled;
import java.io.IOException;
import java.util.stream.Stream;

/** A judged night as JSON: snake case, an empty Optional is no field. */
public final class MorningJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule()
                    .addSerializer(Labelled.class, new LabelWriter())
                    .setDeserializerModifier(new LabelReading()))
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private MorningJson() {}

    /** On one line. */
    public static String write(Morning morning) {
        return tree(morning).toString();
    }

    /** The same as a part of another document. */
    static ObjectNode tree(Morning morning) {
        return JSON.valueToTree(morning);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws JsonProcessingException when it is something else, or lacks a field
     */
    public static Morning read(String json) throws JsonProcessingException {
        JsonNode tree = JSON.readTree(json);
        String schema = tree.path("schema").asText();
        if (!schema.equals(Morning.SCHEMA)) {
            throw new JsonMappingException(
                    null, "expected a document of schema " + Morning.SCHEMA + ", got '" + schema + "'");
        }
        return JSON.treeToValue(tree, Morning.class);
    }

    private static final class LabelWriter extends JsonSerializer<Labelled> {
        @Override
        public void serialize(Labelled value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.label());
        }
    }

    private static final class LabelReading extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyEnumDeserializer(
                DeserializationConfig config, JavaType type, BeanDescription description, JsonDeserializer<?> usual) {
            return Labelled.class.isAssignableFrom(type.getRawClass()) ? new LabelReader(type.getRawClass()) : usual;
        }
    }

    private static final class LabelReader extends JsonDeserializer<Object> {
        private final Class<?> type;

        LabelReader(Class<?> type) {
            this.type = type;
        }

        @Override
        public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String label = json.getText();
            return Stream.of(type.getEnumConstants())
                    .filter(constant -> ((Labelled) constant).label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> JsonMappingException.from(
                            json, "expected a " + type.getSimpleName() + ", got '" + label + "'"));
        }
    }
}
