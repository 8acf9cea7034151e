// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchLineTest {
    @TempDir
    private Path folder;

    private static final LocalTime NOW = LocalTime.of(9, 8, 7);

    private static Message message(String topic, String content) {
        return new Message(topic, content, "", false, Map.of());
    }

    private static String text(String topic, String content) {
        return WatchLine.text(message(topic, content), NOW).orElse("nothing");
    }

    private RunResult result(FakeNetwork network, String metric) throws Exception {
        return SmallNetwork.result(network, SmallNetwork.dataSet(folder, 40, metric));
    }

    @Test
    void shouldTellWhatBenchesAndBoardsDo() {
        assertEquals("09:08:07  lab  online", text("hilda/v1/lab/status", "{\"state\": \"online\"}"));
        assertEquals(
                "09:08:07  lab nucleo-1  streaming", text("hilda/v1/lab/nucleo-1/status", "{\"state\":\"streaming\"}"));
        assertEquals("09:08:07  lab nucleo-1  streaming", text("hilda/v1/lab/nucleo-1/status", "streaming"));
        RunProgress progress = new RunProgress(SmallNetwork.IDENTITY, new RunProgress.Step("images", 3, 40));
        assertEquals(
                "09:08:07  lab nucleo-1  images 3 of 40", text("hilda/v1/lab/nucleo-1/progress", progress.toJson()));
    }

    @Test
    void shouldTellResultsInOneLine() throws Exception {
        String topic = "hilda/v1/lab/nucleo-1/result";
        RunResult passed = result(SmallNetwork.onBoard(), "top1");
        long right = passed.accuracy().orElseThrow().top1Images().orElseThrow();
        assertEquals(
                String.format(
                        "09:08:07  lab nucleo-1  small passed, top-1 %.2f %%, parity 40/40, 0.001 ms (estimated)",
                        100 * right / 40.0),
                text(topic, passed.toJson()));
        FakeNetwork wrong = SmallNetwork.onBoard();
        wrong.spoil(7, 0);
        String failed = text(topic, result(wrong, "none").toJson());
        assertTrue(failed.startsWith("09:08:07  lab nucleo-1  small failed: parity: could not "), failed);
        assertTrue(failed.endsWith(", parity 39/40, 0.001 ms (estimated)"), failed);
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
                text(
                        topic + "progress",
                        new RunProgress(SmallNetwork.IDENTITY, new RunProgress.Step("\u001b[2J\u009b1A", 3, 40))
                                .toJson()));
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
