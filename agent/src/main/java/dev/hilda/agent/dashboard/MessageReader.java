// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries of what benches publish. Whoever may publish below a bench's name may say anything there: what is no message
 * of a bench is counted and changes nothing.
 */
final class MessageReader {
    private static final Logger LOG = LoggerFactory.getLogger(MessageReader.class);
    private static final int MOST_ENDED = 1000;
    private static final int MOST_STATE = 10_000;
    private static final String MORNING = "hilda/morning/1";
    private static final String STATE = "state";
    private static final Pattern WORD = Pattern.compile("[a-z][a-z_]{0,39}");

    /** In these a run goes on. */
    private static final Set<String> RUNNING = Set.of("flashing", "streaming");

    private final Entries entries;
    private final History history;
    private final Clock clock;
    private long ignored;

    /** Runs whose result has come: their progress may come after it. */
    private final Map<String, Boolean> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_ENDED;
        }
    };

    MessageReader(Entries entries, History history, Clock clock) {
        this.entries = entries;
        this.history = history;
        this.clock = clock;
    }

    /** Takes a message. */
    void accept(Message message) {
        Optional<Topic> topic = Topic.of(message.topic());
        boolean isUnderstood = topic.isPresent()
                && (message.content().isEmpty() ? forgot(topic.get()) : understood(topic.get(), message.content()));
        if (!isUnderstood) {
            ignored++;
            LOG.debug(
                    "not understood: {}, {} characters",
                    message.topic(),
                    message.content().length());
            entries.put("ignored", Documents.JSON.getNodeFactory().numberNode(ignored));
        }
    }

    private boolean forgot(Topic topic) {
        entries.remove(topic.key());
        if (topic.kind() == Topic.Kind.BOARD_STATUS) {
            entries.remove(topic.progressKey());
            entries.remove(topic.lastKey());
        }
        return true;
    }

    private boolean understood(Topic topic, String content) {
        return switch (topic.kind()) {
            case BENCH_STATUS ->
                state(content).map(state -> bench(topic, state)).orElse(false);
            case BOARD_STATUS ->
                state(content).map(state -> board(topic, state)).orElse(false);
            case NIGHT ->
                Documents.object(content)
                        .filter(night -> MORNING.equals(night.path("schema").asText()))
                        .map(night -> entries.put(topic.key(), night))
                        .orElse(false);
            case PROGRESS -> progress(topic, content);
            case RESULT, LATEST -> result(topic, content);
            // A result has the same figures.
            case LAYERS -> true;
        };
    }

    /** A document, or the bare word of older benches. */
    private static Optional<ObjectNode> state(String content) {
        if (content.length() > MOST_STATE) {
            return Optional.empty();
        }
        ObjectNode said = WORD.matcher(content).matches()
                ? Documents.JSON.createObjectNode().put(STATE, content)
                : Documents.object(content).orElse(Documents.JSON.createObjectNode());
        return WORD.matcher(said.path(STATE).asText()).matches() ? Optional.of(said) : Optional.empty();
    }

    private boolean bench(Topic topic, ObjectNode state) {
        if (!state.path(STATE).asText().equals("online")) {
            entries.removeAll("progress/" + topic.bench() + "/");
        }
        return putSince(topic.key(), state);
    }

    private boolean board(Topic topic, ObjectNode state) {
        if (!RUNNING.contains(state.path(STATE).asText())) {
            entries.remove(topic.progressKey());
        }
        return putSince(topic.key(), state);
    }

    /** With the time since when it is so; hearing the same again is no change. */
    private boolean putSince(String key, ObjectNode state) {
        JsonNode since = entries.get(key)
                .filter(known -> known.path(STATE).equals(state.path(STATE)))
                .map(known -> known.path("since"))
                .orElseGet(() -> now());
        return entries.put(key, state.<ObjectNode>set("since", since));
    }

    private JsonNode now() {
        return Documents.JSON.getNodeFactory().textNode(clock.instant().toString());
    }

    private boolean progress(Topic topic, String content) {
        Optional<ObjectNode> document = Documents.object(content);
        try {
            RunProgress progress = RunProgress.parse(content);
            if (document.isEmpty() || !isOf(topic.bench(), progress.run().bench())) {
                return false;
            }
            if (ended.containsKey(progress.run().runId())) {
                return true;
            }
            return entries.put(topic.progressKey(), document.get().set("heard", now()));
        } catch (JsonProcessingException | RuntimeException e) {
            return false;
        }
    }

    private boolean result(Topic topic, String content) {
        Optional<ObjectNode> document = Documents.object(content);
        try {
            Result result = Result.parse(content);
            if (document.isEmpty() || !isOf(topic.bench(), result.run().bench())) {
                return false;
            }
            history.keep(result);
            ended.put(result.run().runId(), true);
            removeProgress(topic, result.run().runId());
            if (isOlder(topic, result)) {
                return true;
            }
            return entries.put(topic.key(), Documents.summary(result.subject(), document.get()));
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException | RuntimeException e) {
            LOG.warn("a result of {} is not kept: {}", topic.bench(), e.toString());
            return false;
        }
    }

    private void removeProgress(Topic topic, String runId) {
        entries.get(topic.progressKey())
                .filter(shown -> shown.path("run_id").asText().equals(runId))
                .ifPresent(shown -> entries.remove(topic.progressKey()));
    }

    /** What waited in an outbox comes after what did not, and duplicates come at any time. */
    private boolean isOlder(Topic topic, Result result) {
        return entries.get(topic.key())
                .map(known -> Instant.parse(known.path("time").asText()))
                .filter(result.run().time()::isBefore)
                .isPresent();
    }

    /** Nobody speaks for another bench. */
    private static boolean isOf(String level, String bench) {
        return Topics.levelOf(bench).equals(level);
    }
}
