package dev.hilda.agent.publish;

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
    public Message {
        userProperties = Map.copyOf(userProperties);
    }

    /** A JSON document about a run. */
    public static Message document(String topic, String json, boolean retained, RunIdentity run) {
        return new Message(topic, json, "application/json", retained, Map.of("run_id", run.runId()));
    }

    /** A retained word, as the status topics carry. */
    public static Message status(String topic, String word) {
        return new Message(topic, word, "text/plain", true, Map.of());
    }
}
