// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.StateDocument;
import java.util.Map;

/**
 * A message to publish.
 *
 * @param topic full topic
 * @param content text, UTF-8 on the wire
 * @param contentType MIME type of the content
 * @param retained whether the broker keeps it for later subscribers
 * @param userProperties what routers and consumers may want without parsing the content
 */
public record Message(
        String topic, String content, String contentType, boolean retained, Map<String, String> userProperties) {
    private static final String JSON = "application/json";

    public Message {
        userProperties = Map.copyOf(userProperties);
    }

    /** A JSON document about a run. */
    public static Message document(String topic, String json, boolean retained, RunIdentity run) {
        return new Message(topic, json, JSON, retained, Map.of("run_id", run.runId()));
    }

    /** A retained state, as the status topics carry. */
    public static Message state(String topic, Enum<?> state) {
        return new Message(topic, StateDocument.of(state), JSON, true, Map.of());
    }

    /**
     * The same with what else is known of it.
     *
     * @param details by the names of their fields
     */
    public static Message state(String topic, Enum<?> state, Map<String, Object> details) {
        return new Message(topic, StateDocument.of(state, details), JSON, true, Map.of());
    }

    /** What makes a broker forget what it keeps at a topic. */
    public static Message forgotten(String topic) {
        return new Message(topic, "", JSON, true, Map.of());
    }
}
