package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.publish.Message;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchLineTest {
    private static final LocalTime NOW = LocalTime.of(9, 8, 7);

    private static Message message(String topic, String content) {
        return new Message(topic, content, "", false, Map.of());
    }

    private static String text(String topic, String content) {
        return WatchLine.text(message(topic, content), NOW).orElse("nothing");
    }

    @Test
    void shouldTellWhatBenchesAndBoardsDo() {
        assertEquals("09:08:07  lab  online", text("hilda/v1/lab/status", "online"));
        assertEquals("09:08:07  lab nucleo-1  streaming", text("hilda/v1/lab/nucleo-1/status", "streaming"));
        assertEquals(
                "09:08:07  lab nucleo-1  images 3 of 40",
                text("hilda/v1/lab/nucleo-1/progress", "{\"step\": \"images\", \"done\": 3, \"total\": 40}"));
    }

    @Test
    void shouldTellResultsInOneLine() {
        String topic = "hilda/v1/lab/nucleo-1/result";
        assertEquals(
                "09:08:07  lab nucleo-1  ic01 passed, top-1 89.00 %, parity 400/400, 26.125 ms (estimated)",
                text(
                        topic,
                        "{\"passed\": true, \"model\": \"ic01\", \"accuracy_top1\": 0.89, \"parity_matched\": 400,"
                                + " \"images\": 400, \"latency_us_p50\": 26125, \"timing\": \"estimated\"}"));
        assertEquals(
                "09:08:07  lab nucleo-1  selftest failed: flash: could not flash x",
                text(topic, "{\"passed\": false, \"failure\": \"flash: could not flash x\\n  got: y\"}"));
        assertEquals(
                "09:08:07  lab nucleo-1  ad01 passed, AUC 0.8712",
                text(topic, "{\"passed\": true, \"model\": \"ad01\", \"auc\": 0.87116}"));
        assertEquals("09:08:07  lab nucleo-1  not JSON", text(topic, "not JSON"));
    }

    @Test
    void shouldNotPassOrdersOnToTheTerminal() {
        String title = "\u001b]0;owned\u0007\u009b2J\u007f\n09:08:08  lab  online";
        String shown = "\\u001b]0;owned\\u0007\\u009b2J\\u007f\\u000a09:08:08  lab  online";
        String topic = "hilda/v1/lab/nucleo-1/";
        assertEquals("09:08:07  lab  " + shown, text("hilda/v1/lab/status", title));
        assertEquals("09:08:07  lab nucleo-1  " + shown, text(topic + "result", title));
        assertEquals(
                "09:08:07  lab nucleo-1  \\u001b[2J\\u009b1A 3 of 40",
                text(topic + "progress", "{\"step\": \"\\u001b[2J\u009b1A\", \"done\": 3, \"total\": 40}"));
        assertEquals("09:08:07  l\\u001bb  online", text("hilda/v1/l\u001bb/status", "online"));
        assertEquals(
                "{\"topic\":\"a/b\",\"retained\":false,\"text\":\"\\u009b2J\"}",
                WatchLine.json(message("a/b", "\u009b2J")));
    }

    @Test
    void shouldNotRepeatWhatIsKeptForLaterReaders() {
        assertEquals(Optional.empty(), WatchLine.text(message("hilda/v1/lab/nucleo-1/latest/ic01", "{}"), NOW));
        assertEquals(Optional.empty(), WatchLine.text(message("hilda/v1/lab/nucleo-1/layers/ic01", "{}"), NOW));
    }

    @Test
    void shouldKeepDocumentsAsTheyAre() {
        assertEquals(
                "{\"topic\":\"a/b\",\"retained\":false,\"document\":{\"images\":4}}",
                WatchLine.json(message("a/b", "{\"images\": 4}")));
        assertEquals(
                "{\"topic\":\"a/b\",\"retained\":false,\"text\":\"idle\"}", WatchLine.json(message("a/b", "idle")));
    }
}
