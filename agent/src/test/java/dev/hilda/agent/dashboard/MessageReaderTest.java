// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import static dev.hilda.agent.dashboard.MadeMessages.BEGAN;
import static dev.hilda.agent.dashboard.MadeMessages.messages;
import static dev.hilda.agent.dashboard.MadeMessages.progress;
import static dev.hilda.agent.dashboard.MadeMessages.result;
import static dev.hilda.agent.dashboard.MadeMessages.run;
import static dev.hilda.agent.dashboard.MadeMessages.said;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    private static final RunIdentity RUN = run("r1", "lab", "A1", 0);
    private static final String BOARD = "hilda/v1/lab/nucleo-A1/status";

    private final Entries entries = new Entries(100, 10_000);
    private final FakeHistory history = new FakeHistory();
    private final MessageReader reader = reader(entries, history, Duration.ZERO);

    private static MessageReader reader(Entries entries, FakeHistory history, Duration later) {
        return new MessageReader(entries, history, Clock.fixed(BEGAN.plus(later), ZoneOffset.UTC));
    }

    private String text(String key, String field) {
        return entries.get(key).map(value -> value.path(field).asText()).orElse("no entry");
    }

    private long ignored() {
        return entries.get("ignored").map(count -> count.asLong()).orElse(0L);
    }

    @Test
    void shouldKnowStatesInEitherForm() {
        reader.accept(said("hilda/v1/lab/status", "online"));
        reader.accept(said(BOARD, "idle"));
        assertEquals("online", text("bench/lab", "state"));
        assertEquals("idle", text("board/lab/nucleo-A1", "state"));
        reader.accept(Message.state(BOARD, BoardState.RESERVED, Map.of("holder", "me", "until", "later")));
        assertEquals("reserved", text("board/lab/nucleo-A1", "state"));
        assertEquals("me", text("board/lab/nucleo-A1", "holder"));
    }

    @Test
    void shouldSaySinceWhenAStateIsSoHoweverOftenItIsSaid() {
        reader.accept(said(BOARD, "idle"));
        MessageReader later = reader(entries, history, Duration.ofHours(1));
        later.accept(said(BOARD, "{\"state\":\"idle\"}"));
        assertEquals(BEGAN.toString(), text("board/lab/nucleo-A1", "since"));
        later.accept(said(BOARD, "lost"));
        assertEquals(BEGAN.plusSeconds(3600).toString(), text("board/lab/nucleo-A1", "since"));
    }

    @Test
    void shouldKeepEachResultOnce() {
        List<Message> twice = new ArrayList<>(messages(result(RUN, true)));
        twice.addAll(messages(result(RUN, true)));
        twice.forEach(reader::accept);
        assertEquals(List.of("r1"), List.copyOf(history.kept.keySet()));
        assertEquals("r1", text("last/lab/nucleo-A1", "run_id"));
        assertEquals("r1", text("latest/lab/nucleo-A1/selftest", "run_id"));
        assertEquals(0, ignored());
    }

    @Test
    void shouldShowTheNewestRunWhateverComesLast() {
        messages(result(run("new", "lab", "A1", 60), true)).forEach(reader::accept);
        messages(result(run("old", "lab", "A1", 59), false)).forEach(reader::accept);
        assertEquals("new", text("last/lab/nucleo-A1", "run_id"));
        assertEquals("new", text("latest/lab/nucleo-A1/selftest", "run_id"));
        assertEquals(2, history.kept.size(), "history has both");
    }

    @Test
    void shouldEndProgressWithItsRun() {
        reader.accept(said(BOARD, "streaming"));
        reader.accept(progress(RUN, 5));
        assertEquals("5", text("progress/lab/nucleo-A1", "done"));
        messages(result(RUN, true)).forEach(reader::accept);
        assertTrue(entries.get("progress/lab/nucleo-A1").isEmpty());
        reader.accept(progress(RUN, 6));
        assertTrue(entries.get("progress/lab/nucleo-A1").isEmpty(), "progress that was overtaken by the result");
        reader.accept(progress(run("r2", "lab", "A1", 9), 1));
        assertEquals("1", text("progress/lab/nucleo-A1", "done"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "faulted", "interrupted", "reserved", "quarantined", "lost"})
    void shouldEndProgressWhenTheBoardDoesSomethingElse(String state) {
        reader.accept(progress(RUN, 5));
        reader.accept(said(BOARD, "streaming"));
        assertEquals("5", text("progress/lab/nucleo-A1", "done"));
        reader.accept(said(BOARD, state));
        assertTrue(entries.get("progress/lab/nucleo-A1").isEmpty());
    }

    @Test
    void shouldEndProgressOfABenchThatIsGone() {
        reader.accept(progress(RUN, 5));
        reader.accept(progress(run("r2", "lab-2", "A1", 0), 7));
        reader.accept(said("hilda/v1/lab/status", "{\"state\":\"offline\"}"));
        assertTrue(entries.get("progress/lab/nucleo-A1").isEmpty());
        assertEquals("7", text("progress/lab-2/nucleo-A1", "done"), "another bench's");
    }

    @Test
    void shouldForgetWhatABrokerIsMadeToForget() {
        reader.accept(said(BOARD, "idle"));
        reader.accept(said("hilda/v1/lab/night/nightly", "{\"schema\":\"hilda/morning/1\"}"));
        messages(result(RUN, true)).forEach(reader::accept);
        List.of(BOARD, "hilda/v1/lab/night/nightly", "hilda/v1/lab/nucleo-A1/latest/selftest")
                .forEach(topic -> reader.accept(Message.forgotten(topic)));
        assertEquals(Map.of(), entries.snapshot().values());
        assertEquals(1, history.kept.size(), "what was measured was measured");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hilda/v1/lab/night/nightly | {\"schema\":\"hilda/morning/2\"}",
                "hilda/v1/lab/night/nightly | [1]",
                "hilda/v1/lab/status | {\"state\":7}",
                "hilda/v1/lab/status | {\"state\":\"On Line\"}",
                "hilda/v1/lab/status | {\"state\":\"idle\",\"state\":\"lost\"}",
                "hilda/v1/lab/nucleo-A1/status | <b>idle</b>",
                "hilda/v1/lab/nucleo-A1/result | {}",
                "hilda/v1/lab/nucleo-A1/result | {\"schema\":\"hilda/run-result/1\"}",
                "hilda/v1/lab/nucleo-A1/progress | {\"schema\":\"hilda/progress/1\"}",
                "hilda/v1/lab/nucleo-A1/progress | null",
                "hilda/v1/lab/nucleo A1/status | idle",
                "hilda/v2/lab/nucleo-A1/status | idle",
                "hilda/v1/lab/nucleo-A1/other | idle",
                "hilda/v1/lab/nucleo-A1/latest/a/b | idle",
                "hilda/v1//status | online",
            })
    void shouldCountWhatIsNoMessageOfABench(String topic, String content) {
        reader.accept(said(topic, content));
        assertEquals(1, ignored());
        assertEquals(1, entries.snapshot().values().size(), "an entry besides the count");
        assertEquals(Map.of(), history.kept);
    }

    @Test
    void shouldNotLetABenchSpeakForAnother() {
        Result foreign = result(run("r9", "lab-2", "A1", 0), true);
        reader.accept(said("hilda/v1/lab/nucleo-A1/result", foreign.toJson()));
        reader.accept(said(
                "hilda/v1/lab/nucleo-A1/progress", progress(foreign.run(), 3).content()));
        assertEquals(2, ignored());
        assertEquals(Map.of(), history.kept);
    }

    @Test
    void shouldSayThatResultsAreNotKept() {
        history.isFull = true;
        messages(result(RUN, true)).forEach(reader::accept);
        assertTrue(ignored() > 0);
        assertFalse(entries.get("last/lab/nucleo-A1").isPresent(), "shown, though history lacks it");
    }

    @Test
    void shouldTakeNoMoreThanThereIsRoomFor() {
        for (int board = 0; board < 300; board++) {
            reader.accept(said("hilda/v1/lab/nucleo-" + board + "/status", "idle"));
        }
        assertEquals(100, entries.snapshot().values().size());
        String huge = "{\"schema\":\"hilda/morning/1\",\"x\":\"" + "y".repeat(Documents.MOST_CHARACTERS) + "\"}";
        reader.accept(said("hilda/v1/lab/nucleo-1/status", huge));
        assertEquals("idle", text("board/lab/nucleo-1", "state"));
    }

    /** Whatever comes in between, and however often, the entries are those of the last words. */
    @Test
    void shouldComeToTheSameWithNoiseAndDuplicates() {
        long seed = System.nanoTime();
        System.out.println("MessageReaderTest: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            Entries quiet = new Entries(1000, 10_000);
            Entries noisy = new Entries(1000, 10_000);
            MessageReader listener = reader(quiet, new FakeHistory(), Duration.ZERO);
            MessageReader disturbed = reader(noisy, new FakeHistory(), Duration.ZERO);
            for (Message message : sequence(random)) {
                listener.accept(message);
                garbage(random).forEach(disturbed::accept);
                Collections.nCopies(1 + random.nextInt(3), message).forEach(disturbed::accept);
            }
            Map<String, Object> expected = new TreeMap<>(quiet.snapshot().values());
            Map<String, Object> actual = new TreeMap<>(noisy.snapshot().values());
            expected.remove("ignored");
            actual.remove("ignored");
            assertEquals(expected, actual);
        }
    }

    private static List<Message> sequence(Random random) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            RunIdentity run = run(
                    "r" + random.nextInt(6), "lab-" + random.nextInt(2), "A" + random.nextInt(2), random.nextInt(99));
            Topics topics = MadeMessages.topics(run);
            BoardState state = BoardState.values()[random.nextInt(BoardState.values().length)];
            switch (random.nextInt(6)) {
                case 0 -> messages.add(Message.state(topics.boardStatus(), state));
                case 1 -> messages.add(said(topics.boardStatus(), random.nextBoolean() ? "idle" : ""));
                case 2 -> messages.add(progress(run, random.nextInt(100)));
                case 3 -> messages.addAll(messages(result(run, random.nextBoolean())));
                case 4 -> messages.add(said(topics.benchStatus(), random.nextBoolean() ? "online" : "offline"));
                default -> messages.add(said(topics.latest("selftest"), ""));
            }
        }
        return messages;
    }

    /** Bytes of any kind at topics of any kind, and documents that were cut. */
    private static List<Message> garbage(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(40)];
        random.nextBytes(bytes);
        String whole = result(run("cut", "lab-0", "A0", 0), true).toJson();
        Topics topics = MadeMessages.topics(run("cut", "lab-0", "A0", 0));
        return List.of(
                said(topics.boardStatus(), "\u0000" + new String(bytes, StandardCharsets.ISO_8859_1)),
                said("hilda/v1/" + new String(bytes, StandardCharsets.UTF_8), "idle"),
                said(topics.result(), whole.substring(0, 1 + random.nextInt(whole.length() - 1))),
                said(topics.progress(), whole));
    }
}
