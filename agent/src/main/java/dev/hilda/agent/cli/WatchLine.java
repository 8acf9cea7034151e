// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.result.StateDocument;
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
            return Optional.of(line(now, levels.get(BENCH_LEVEL), state(message.content(), BenchState.class)));
        }
        if (levels.size() != BOARD_LEVELS) {
            return Optional.empty();
        }
        String who = levels.get(BENCH_LEVEL) + " " + levels.get(BOARD_LEVEL);
        return Optional.of(line(
                now,
                who,
                switch (levels.get(BOARD_LEVELS - 1)) {
                    case "result" -> readable(message.content(), WatchLine::result);
                    case "progress" -> readable(message.content(), WatchLine::progress);
                    default -> state(message.content(), BoardState.class);
                }));
    }

    private static String line(LocalTime now, String who, String what) {
        return TerminalText.oneLine(now.format(TIME) + "  " + who + "  " + what);
    }

    private static <S extends Enum<S>> String state(String content, Class<S> states) {
        return StateDocument.parse(content, states).map(StateDocument::word).orElse(content);
    }

    /** A document in words. */
    @FunctionalInterface
    private interface Words {
        String of(String content) throws JsonProcessingException;
    }

    /** What this version cannot read is shown as it came. */
    private static String readable(String content, Words words) {
        try {
            return words.of(content);
        } catch (JsonProcessingException e) {
            return content;
        }
    }

    private static Optional<JsonNode> parsed(String content) {
        try {
            JsonNode node = JSON.readTree(content);
            return node.isObject() ? Optional.of(node) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String progress(String content) throws JsonProcessingException {
        RunProgress.Step step = RunProgress.parse(content).state();
        return step.step() + " " + step.done() + " of " + step.total();
    }

    private static String result(String content) throws JsonProcessingException {
        Result result = Result.parse(content);
        StringBuilder text = new StringBuilder(result.subject());
        text.append(result.outcome().passed() ? " passed" : " failed");
        result.outcome()
                .failure()
                .ifPresent(failure ->
                        text.append(": ").append(failure.lines().findFirst().orElse("")));
        if (result instanceof RunResult run) {
            run.accuracy().ifPresent(accuracy -> append(text, accuracy));
            run.latency()
                    .ifPresent(latency -> append(
                            text,
                            ", %.3f ms (%s)",
                            latency.latencyUsP50() / MICROS_PER_MILLI,
                            run.run().timing().label()));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, AccuracyResult accuracy) {
        accuracy.accuracyTop1().ifPresent(share -> append(text, ", top-1 %.2f %%", 100 * share));
        accuracy.agreement().ifPresent(share -> append(text, ", agreement %.2f %%", 100 * share));
        accuracy.auc().ifPresent(area -> append(text, ", AUC %.4f", area));
        accuracy.mse().ifPresent(error -> append(text, ", MSE %.6g", error));
        append(text, ", parity %d/%d", accuracy.parityMatched(), accuracy.images());
    }

    private static void append(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
