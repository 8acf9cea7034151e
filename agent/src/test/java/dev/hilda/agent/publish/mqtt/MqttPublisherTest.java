// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.SmallNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MqttPublisherTest {
    private static final Topics TOPICS = new Topics("lab", "nucleo-1");
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String LATEST = "hilda/v1/lab/nucleo-1/latest/small";
    private static final String LAYERS = "hilda/v1/lab/nucleo-1/layers/small";
    private static final String RESULT = "hilda/v1/lab/nucleo-1/result";

    @TempDir
    private Path folder;

    private final MemoryBroker broker = new MemoryBroker();
    private final List<String> remarks = new ArrayList<>();
    private RunResult result;

    @BeforeEach
    void measure() throws Exception {
        result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 10, "top1"));
    }

    private MqttPublisher publisher() {
        return MqttPublisher.start(broker, "memory", TOPICS, remarks::add, PATIENCE);
    }

    @Test
    void shouldKeepAWholeResultAsTheLatestWithItsLayers() {
        try (MqttPublisher publisher = publisher()) {
            publisher.result(result);
        }
        assertEquals(List.of(result.toJson()), broker.at(RESULT));
        assertEquals(List.of(result.toJson()), broker.at(LATEST));
        assertEquals(List.of(result.layerTimes().orElseThrow().toJson()), broker.at(LAYERS));
        assertEquals(
                List.of(LATEST, LAYERS), List.copyOf(broker.retained.keySet()).subList(1, 3));
        Message latest = Objects.requireNonNull(broker.retained.get(LATEST));
        assertEquals("application/json", latest.contentType());
        assertEquals(Map.of("run_id", result.run().runId()), latest.userProperties());
    }

    @Test
    void shouldNotReplaceTheLatestByARunThatDidNotComeToItsEnd() {
        Outcome ended = Outcome.failed(false, "link", "no answer", Duration.ofMillis(9));
        RunResult half = new RunResult(
                result.run(),
                ended,
                result.workload(),
                result.demands(),
                result.origin(),
                result.setup(),
                result.fusion(),
                result.flash(),
                result.board(),
                result.accuracy(),
                result.picture(),
                result.reference(),
                result.latency(),
                result.layers(),
                result.estimate(),
                result.wire(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (MqttPublisher publisher = publisher()) {
            publisher.result(result);
            publisher.result(half);
        }
        assertEquals(List.of(result.toJson(), half.toJson()), broker.at(RESULT));
        assertEquals(List.of(result.toJson()), broker.at(LATEST));
        assertEquals(1, broker.at(LAYERS).size());
    }

    @Test
    void shouldReadBackItsOwnDocumentAndNoOther() throws Exception {
        try (MqttPublisher publisher = publisher()) {
            publisher.result(result);
            publisher.readBack(result);
            RunResult other = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 11, "top1"));
            broker.publish(Message.document(LATEST, other.toJson(), true, other.run()));
            BenchFailure failure = assertThrows(BenchFailure.class, () -> publisher.readBack(result));
            assertEquals(FailureKind.PUBLISH, failure.kind());
            assertEquals(other.toJson(), failure.actual().orElseThrow());
            broker.retained.clear();
            BenchFailure nothing = assertThrows(BenchFailure.class, () -> publisher.readBack(result));
            assertEquals("nothing", nothing.actual().orElseThrow());
        }
    }

    @Test
    void shouldWaitForItsOwnDocumentBehindAnothers() throws Exception {
        try (MqttPublisher publisher = publisher()) {
            RunResult other = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 11, "top1"));
            broker.publish(Message.document(LATEST, other.toJson(), true, other.run()));
            Thread later = new Thread(() -> {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                publisher.result(result);
            });
            later.start();
            publisher.readBack(result);
            later.join();
        }
    }

    @Test
    void shouldTellStatesAndProgressAndLeaveTheBenchOffline() {
        RunProgress progress = new RunProgress(result.run(), new RunProgress.Step("images", 1, 10));
        try (MqttPublisher publisher = publisher()) {
            publisher.boardState(BoardState.STREAMING);
            publisher.progress(progress);
            assertEquals("{\"state\":\"online\"}", broker.kept(TOPICS.benchStatus()));
        }
        assertEquals(List.of("{\"state\":\"streaming\"}"), broker.at(TOPICS.boardStatus()));
        assertEquals(List.of(progress.toJson()), broker.at(TOPICS.progress()));
        assertEquals("{\"state\":\"offline\"}", broker.kept(TOPICS.benchStatus()));
        assertEquals(
                List.of("{\"state\":\"lost\"}", "{\"state\":\"offline\"}"),
                broker.wills.stream()
                        .flatMap(Optional::stream)
                        .map(Message::content)
                        .toList());
    }

    @Test
    void shouldGoOnWithoutABroker() {
        BrokerConnection.Source away = will -> {
            throw BenchFailure.of(FailureKind.PUBLISH, "connect")
                    .actual("nobody there")
                    .failure();
        };
        try (MqttPublisher publisher = MqttPublisher.start(away, "memory", TOPICS, remarks::add, PATIENCE)) {
            publisher.boardState(BoardState.IDLE);
            assertEquals(
                    List.of("no status at the MQTT broker memory: nobody there; the result is tried once more at the"
                            + " end"),
                    remarks);
            assertThrows(BenchFailure.class, () -> publisher.result(result));
        }
    }

    /** An older bench, which says bare words and corrects whatever is not its own. */
    private final class OldBench implements AutoCloseable {
        private final BrokerConnection connection = broker.open(Optional.empty());
        private final Thread listener = new Thread(this::contradict, "old-bench");
        private int corrections;

        private OldBench() {
            connection.subscribe(TOPICS.benchStatus());
            say("online");
            listener.start();
        }

        private void say(String word) {
            connection.publish(new Message(TOPICS.benchStatus(), word, "text/plain", true, Map.of()));
        }

        private void contradict() {
            try {
                while (true) {
                    Optional<Message> heard = connection.next(Duration.ofSeconds(20));
                    if (heard.isPresent() && !heard.get().content().equals("online")) {
                        corrections++;
                        say("online");
                    }
                }
            } catch (InterruptedException e) {
                // Closed.
            }
        }

        @Override
        public void close() {
            listener.interrupt();
            connection.close();
        }
    }

    @Test
    void shouldBeOnlineBesideAnOldBenchWithoutEndlessCorrections() throws Exception {
        try (OldBench old = new OldBench()) {
            try (MqttPublisher publisher = publisher()) {
                Thread.sleep(300);
                assertTrue(old.corrections <= 1, "corrected " + old.corrections + " times");
                assertTrue(broker.at(TOPICS.benchStatus()).size() <= 3, broker.published.toString());
                publisher.boardState(BoardState.IDLE);
            }
            Thread.sleep(300);
            assertEquals("online", broker.kept(TOPICS.benchStatus()), "the old one goes on");
            assertTrue(broker.at(TOPICS.benchStatus()).size() <= 5, broker.published.toString());
        }
    }

    @Test
    void shouldContradictAnotherBenchThatGoes() throws Exception {
        try (MqttPublisher publisher = publisher()) {
            broker.publish(new Message(TOPICS.benchStatus(), "offline", "text/plain", true, Map.of()));
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (System.nanoTime() < deadline
                    && !broker.kept(TOPICS.benchStatus()).contains("online")) {
                Thread.sleep(10);
            }
            assertEquals("{\"state\":\"online\"}", broker.kept(TOPICS.benchStatus()));
            publisher.boardState(BoardState.IDLE);
        }
    }
}
