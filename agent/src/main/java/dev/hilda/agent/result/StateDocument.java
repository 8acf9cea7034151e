// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The retained state of a bench or a board as JSON, {@code {"state":"idle"}}, since common consumers fail on bare words;
 * {@code state-1.schema.json} describes it. Older benches say the word alone, and are still understood.
 */
public final class StateDocument {
    private static final String STATE = "state";

    private StateDocument() {}

    public static String of(Enum<?> state) {
        return of(state, Map.of());
    }

    /**
     * A state with what else is known of it.
     *
     * @param details by the names of their fields: texts and whole numbers
     */
    public static String of(Enum<?> state, Map<String, Object> details) {
        ObjectNode document = FlatDocument.plain().put(STATE, word(state));
        new TreeMap<>(details).forEach((name, value) -> {
            if (value instanceof Long number) {
                document.put(name, number);
            } else {
                document.put(name, value.toString());
            }
        });
        return document.toString();
    }

    /**
     * What a message says, in either form; empty when it is none of the states.
     *
     * @param states {@link BoardState} or {@link BenchState}
     */
    public static <S extends Enum<S>> Optional<S> parse(String content, Class<S> states) {
        String said = jsonWord(content).orElse(content);
        return Arrays.stream(states.getEnumConstants())
                .filter(state -> word(state).equals(said))
                .findFirst();
    }

    /** The state as people read it. */
    public static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> jsonWord(String content) {
        try {
            JsonNode node = FlatDocument.tree(content);
            return node.path(STATE).isTextual() ? Optional.of(node.path(STATE).textValue()) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
