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
import dev.hilda.agent.testing.SmallNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private Outbox outbox;
    private Result result;

    @BeforeEach
    void measure() throws Exception {
        outbox = new Outbox(folder.resolve("outbox"));
        result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 10, "top1"));
    }

    /** The result of another run. */
    private Result ofRun(String id) throws Exception {
        return Result.parse(result.toJson().replace(result.run().runId(), id));
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
        publishWithout(ofRun("9"));
        publishWithout(ofRun("1"));
        assertEquals(2, outbox.size());
        String last = remarks.get(remarks.size() - 1);
        assertTrue(last.contains("waits in " + folder.resolve("outbox") + ": Connection refused"), last);
        assertTrue(last.contains("hilda publish"), last);
        try (OutboxPublisher publisher = publisher(broker, false)) {
            publisher.result(ofRun("5"));
            assertEquals(Optional.of(BOARD + "latest/small"), publisher.readBack(ofRun("5")));
        }
        List<String> inOrder =
                List.of(ofRun("9").toJson(), ofRun("1").toJson(), ofRun("5").toJson());
        assertEquals(inOrder, broker.at(BOARD + "result"));
        assertEquals(inOrder, broker.at(BOARD + "latest/small"));
        assertEquals(3, broker.at(BOARD + "layers/small").size());
        assertEquals(0, outbox.size());
    }

    @Test
    void shouldSendFromTheOutboxOnce() throws Exception {
        publishWithout(result);
        for (int run = 0; run < 2; run++) {
            try (OutboxPublisher publisher = publisher(broker, true)) {
                publisher.result(ofRun("run " + run));
            }
        }
        assertEquals(3, broker.at(BOARD + "result").size());
    }

    @Test
    void shouldFailWithoutTheBrokerThatTheUserNamed() throws Exception {
        try (OutboxPublisher publisher = publisher(OutboxPublisherTest::nobody, true)) {
            assertThrows(BenchFailure.class, () -> publisher.result(result));
        }
        assertEquals(0, outbox.size());
    }

    @Test
    void shouldLoseNothingAndRepeatNothingWhenTheBrokerGoesInBetween() throws Exception {
        for (String id : List.of("1", "2", "3")) {
            outbox.keep(ofRun(id));
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
        Path damaged = Path.of(outbox.keep(ofRun("1"))).resolve("00000001-1.json");
        Files.writeString(damaged, "{");
        outbox.keep(ofRun("2"));
        List<String> sent = new ArrayList<>();
        outbox.send(waiting -> sent.add(waiting.run().runId()), remarks::add);
        assertEquals(List.of("2"), sent);
        assertTrue(Files.exists(damaged));
        assertTrue(remarks.get(0).startsWith(damaged.toString()), remarks.get(0));
    }

    @Test
    void shouldNotMakeALatestOfARunThatDidNotComeToItsEnd() throws Exception {
        Outcome outcome = result.outcome();
        Result half = Result.parse(
                result.toJson().replace("\"passed\":true,\"complete\":true", "\"passed\":false,\"complete\":false"));
        assertTrue(outcome.complete() && !half.outcome().complete());
        publishWithout(half);
        try (OutboxPublisher publisher = publisher(broker, false)) {
            publisher.result(result);
        }
        assertEquals(2, broker.at(BOARD + "result").size());
        assertEquals(List.of(result.toJson()), broker.at(BOARD + "latest/small"));
    }
}
