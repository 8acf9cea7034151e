// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.hilda.profile.Labelled;
import dev.hilda.profile.Verification;
import java.io.IOException;

/** What {@code --json} prints on one line: records with the same key names as in profiles, enums and
 * verifications as profiles write them. */
final class JsonOutput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(new ProfileKeys())
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .addModule(new SimpleModule()
                    .addSerializer(Labelled.class, new LabelSerializer())
                    .addSerializer(Verification.class, ToStringSerializer.instance))
            .build();

    private JsonOutput() {}

    static String of(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", impossible);
        }
    }

    /** Snake case, but with OpenOCD as the one word it is in profiles. */
    private static final class ProfileKeys extends PropertyNamingStrategies.SnakeCaseStrategy {
        private static final long serialVersionUID = 1L;

        @Override
        public String translate(String name) {
            return super.translate(name.replace("openOcd", "openocd"));
        }
    }

    private static final class LabelSerializer extends JsonSerializer<Labelled> {
        @Override
        public void serialize(Labelled value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.label());
        }
    }
}
