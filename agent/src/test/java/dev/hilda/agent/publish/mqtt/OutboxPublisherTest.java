// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.OutboxPublisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.Outbox;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.testing.SmallNetwork;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutboxPublisherTest {
    private static final String BOARD = "hilda/v1/bench/virtual-nucleo-h743zi-VIRT1/";
    private static final Topics TOPICS = new Topics("bench", "virtual-nucleo-h743zi-VIRT1");
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final MemoryBroker broker = new MemoryBroker();
    private final List<String> remarks = new ArrayList<>();
    private Store store;
    private Outbox outbox;
    private Result result;

    @BeforeEach
    void measure() throws Exception {
        store = Store.open(
                folder.resolve("state/hilda.db"),
                "hilda",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remarks::add);
        outbox = store.outbox();
        result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 10, "top1"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** The result of another run, kept. */
    private Result kept(String id) throws Exception {
        return kept(Result.parse(result.toJson().replace(result.run().runId(), id)));
    }

    private Result kept(Result other) throws Exception {
        return store.results(true).save(other, List.of()).result();
    }

    private static BrokerConnection nobody(Optional<Message> will) {
        throw BenchFailure.of(FailureKind.PUBLISH, "connect")
                .expected("a broker")
                .actual("Connection refused")
                .failure();
    }

    private OutboxPublisher publisher(BrokerConnection.Source source, boolean isRequired) {
        MqttPublisher publisher = MqttPublisher.start(source, "memory", TOPICS, remarks::add, PATIENCE);
        return new OutboxPublisher(publisher, publisher::publish, outbox, isRequired, remarks::add);
    }

    private void publishWithout(Result unheard) throws Exception {
        try (OutboxPublisher publisher = publisher(OutboxPublisherTest::nobody, false)) {
            publisher.result(unheard);
            assertEquals(Optional.empty(), publisher.readBack(unheard));
        }
    }

    @Test
    void shouldKeepResultsWithoutABrokerAndSendThemInOrderBeforeTheNext() throws Exception {
        Result ninth = kept("9");
        publishWithout(ninth);
        Result first = kept("1");
        publishWithout(first);
        assertEquals(2, outbox.size());
        String last = remarks.get(remarks.size() - 1);
        assertTrue(last.contains("not published: Connection refused"), last);
        assertTrue(last.contains("hilda publish"), last);
        Result fifth = kept("5");
        try (OutboxPublisher publisher = publisher(broker, false)) {
            publisher.result(fifth);
            assertEquals(Optional.of(BOARD + "latest/small"), publisher.readBack(fifth));
        }
        List<String> inOrder = List.of(ninth.toJson(), first.toJson(), fifth.toJson());
        assertEquals(inOrder, broker.at(BOARD + "result"));
        assertEquals(inOrder, broker.at(BOARD + "latest/small"));
        assertEquals(3, broker.at(BOARD + "layers/small").size());
        assertEquals(0, outbox.size());
    }

    @Test
    void shouldSendFromTheOutboxOnce() throws Exception {
        publishWithout(kept(result));
        for (int run = 0; run < 2; run++) {
            try (OutboxPublisher publisher = publisher(broker, true)) {
                publisher.result(kept("run " + run));
            }
        }
        assertEquals(3, broker.at(BOARD + "result").size());
    }

    @Test
    void shouldFailWithoutTheBrokerThatTheUserNamedAndSendLater() throws Exception {
        Result unheard = kept(result);
        try (OutboxPublisher publisher = publisher(OutboxPublisherTest::nobody, true)) {
            assertThrows(BenchFailure.class, () -> publisher.result(unheard));
        }
        assertEquals(1, outbox.size());
        assertTrue(remarks.get(remarks.size() - 1).contains("waits for the next run"), remarks.toString());
    }

    /** One that could not be kept has no number. */
    @Test
    void shouldPublishAtOnceWhatIsInNoOutbox() throws Exception {
        try (OutboxPublisher publisher = publisher(broker, false)) {
            publisher.result(result);
        }
        assertEquals(List.of(result.toJson()), broker.at(BOARD + "result"));
        try (OutboxPublisher publisher = publisher(OutboxPublisherTest::nobody, false)) {
            assertThrows(BenchFailure.class, () -> publisher.result(result), "it is lost");
        }
    }

    @Test
    void shouldLoseNothingAndRepeatNothingWhenTheBrokerGoesInBetween() throws Exception {
        for (String id : List.of("1", "2", "3")) {
            kept(id);
        }
        List<String> sent = new ArrayList<>();
        assertThrows(
                BenchFailure.class,
                () -> outbox.send(
                        waiting -> {
                            if (waiting.run().runId().equals("2")) {
                                nobody(Optional.empty());
                            }
                            sent.add(waiting.run().runId());
                        },
                        remarks::add));
        assertEquals(2, outbox.size());
        outbox.send(waiting -> sent.add(waiting.run().runId()), remarks::add);
        assertEquals(List.of("1", "2", "3"), sent);
        assertEquals(List.of(), remarks);
    }

    @Test
    void shouldStepOverWhatIsNoResult() throws Exception {
        kept("1");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state/hilda.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE run SET document = '{'");
        }
        kept("2");
        List<String> sent = new ArrayList<>();
        outbox.send(waiting -> sent.add(waiting.run().runId()), remarks::add);
        assertEquals(List.of("2"), sent);
        assertEquals(1, outbox.size());
        assertTrue(remarks.get(0).startsWith("result 1 is none of this version"), remarks.get(0));
    }

    @Test
    void shouldNotMakeALatestOfARunThatDidNotComeToItsEnd() throws Exception {
        Outcome outcome = result.outcome();
        Result half = Result.parse(
                result.toJson().replace("\"passed\":true,\"complete\":true", "\"passed\":false,\"complete\":false"));
        assertTrue(outcome.complete() && !half.outcome().complete());
        publishWithout(kept(half));
        Result whole = kept("whole");
        try (OutboxPublisher publisher = publisher(broker, false)) {
            publisher.result(whole);
        }
        assertEquals(2, broker.at(BOARD + "result").size());
        assertEquals(List.of(whole.toJson()), broker.at(BOARD + "latest/small"));
    }
}
