// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The fields of a flat JSON document that are no lists, by their names. */
public final class Fields {
    private final JsonNode document;

    private Fields(JsonNode document) {
        this.document = document;
    }

    static Fields of(String json) {
        try {
            return new Fields(FlatDocument.tree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document of our own is no JSON", e);
        }
    }

    /** A Boolean, Long, Double or String; empty where there is no such field, or its value is a list. */
    public Optional<Object> value(String name) {
        JsonNode value = document.path(name);
        if (value.isBoolean()) {
            return Optional.of(value.booleanValue());
        }
        if (value.isIntegralNumber()) {
            return Optional.of(value.longValue());
        }
        if (value.isNumber()) {
            return Optional.of(value.doubleValue());
        }
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }
}
