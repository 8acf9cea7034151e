package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.publish.Message;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A published message as a line: hilda/v1/BENCH/status or hilda/v1/BENCH/BOARD/KIND. */
final class WatchLine {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int BENCH_LEVEL = 2;
    private static final int BOARD_LEVEL = 3;
    private static final int BENCH_LEVELS = 4;
    private static final int BOARD_LEVELS = 5;
    private static final double MICROS_PER_MILLI = 1e3;

    private WatchLine() {}

    /** The message as one JSON object; content that is JSON itself becomes part of it. */
    static String json(Message message) {
        ObjectNode line = JSON.createObjectNode();
        line.put("topic", message.topic());
        line.put("retained", message.retained());
        Optional<JsonNode> document = parsed(message.content());
        if (document.isPresent()) {
            line.set("document", document.get());
        } else {
            line.put("text", message.content());
        }
        return TerminalText.harmless(line.toString());
    }

    /** The message for people; empty for copies that the broker keeps for later readers. */
    static Optional<String> text(Message message, LocalTime now) {
        List<String> levels = List.of(message.topic().split("/", -1));
        if (levels.size() == BENCH_LEVELS) {
            return Optional.of(line(now, levels.get(BENCH_LEVEL), message.content()));
        }
        if (levels.size() != BOARD_LEVELS) {
            return Optional.empty();
        }
        String who = levels.get(BENCH_LEVEL) + " " + levels.get(BOARD_LEVEL);
        return Optional.of(line(
                now,
                who,
                switch (levels.get(BOARD_LEVELS - 1)) {
                    case "result" ->
                        parsed(message.content()).map(WatchLine::result).orElse(message.content());
                    case "progress" ->
                        parsed(message.content()).map(WatchLine::progress).orElse(message.content());
                    default -> message.content();
                }));
    }

    private static String line(LocalTime now, String who, String what) {
        return TerminalText.oneLine(now.format(TIME) + "  " + who + "  " + what);
    }

    private static Optional<JsonNode> parsed(String content) {
        try {
            JsonNode node = JSON.readTree(content);
            return node.isObject() ? Optional.of(node) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String progress(JsonNode document) {
        return document.path("step").asText() + " "
                + document.path("done").asLong() + " of "
                + document.path("total").asLong();
    }

    private static String result(JsonNode document) {
        String model = document.path("model").asText("selftest");
        StringBuilder text = new StringBuilder(model);
        boolean passed = document.path("passed").asBoolean();
        text.append(passed ? " passed" : " failed");
        if (!passed) {
            text.append(": ")
                    .append(document.path("failure")
                            .asText()
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
        append(text, document, "accuracy_top1", ", top-1 %.2f %%", 100);
        append(text, document, "agreement", ", agreement %.2f %%", 100);
        append(text, document, "auc", ", AUC %.4f", 1);
        append(text, document, "mse", ", MSE %.6g", 1);
        if (document.has("parity_matched")) {
            text.append(String.format(
                    Locale.ROOT,
                    ", parity %d/%d, %.3f ms (%s)",
                    document.path("parity_matched").asLong(),
                    document.path("images").asLong(),
                    document.path("latency_us_p50").asDouble() / MICROS_PER_MILLI,
                    document.path("timing").asText()));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, JsonNode document, String field, String format, double factor) {
        if (document.has(field)) {
            text.append(String.format(
                    Locale.ROOT, format, factor * document.path(field).asDouble()));
        }
    }
}
