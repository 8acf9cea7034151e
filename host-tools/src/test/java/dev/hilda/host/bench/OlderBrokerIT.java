// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BenchVoice;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import dev.hilda.agent.publish.mqtt.MqttPublisher;
import dev.hilda.agent.publish.mqtt.MqttVersion;
import dev.hilda.agent.result.BoardState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What benches say by MQTT 3.1.1, heard by a subscriber of MQTT 5 at the real mosquitto, which logs who speaks what. */
class OlderBrokerIT {
    private static final Topics TOPICS = new Topics("lab", "nucleo-1");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private BrokerAddress newer = BrokerAddress.parse("mqtt://nobody");
    private BrokerAddress older = newer;

    @BeforeEach
    void start() throws Exception {
        newer = BrokerAddress.parse(bench.broker());
        older = newer.speaking(MqttVersion.V3_1_1);
    }

    private BrokerConnection observer() {
        BrokerConnection observer = BrokerConnection.open(newer, Optional.empty());
        observer.subscribe(Topics.filter(Optional.empty(), Optional.empty()));
        return observer;
    }

    private static Message heard(BrokerConnection observer) throws InterruptedException {
        return observer.next(PATIENCE).orElseThrow();
    }

    private long connections(String protocol) throws IOException {
        return Files.readAllLines(bench.folder().resolve("mosquitto.log")).stream()
                .filter(line -> line.contains("connected") && line.contains("(" + protocol + ","))
                .count();
    }

    @Test
    void shouldSayTheSame() throws Exception {
        List<String> remarks = new ArrayList<>();
        try (BrokerConnection observer = observer()) {
            try (MqttPublisher publisher = MqttPublisher.start(older, TOPICS, remarks::add)) {
                publisher.boardState(BoardState.STREAMING);
                publisher.result(WatchIT.RESULT);
            }
            List<String> topics = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Message message = heard(observer);
                topics.add(message.topic());
                assertEquals("", message.contentType());
                assertEquals(Map.of(), message.userProperties());
            }
            assertEquals(
                    List.of(TOPICS.benchStatus(), TOPICS.boardStatus(), TOPICS.result(), TOPICS.benchStatus()), topics);
        }
        assertEquals(List.of(), remarks);
        assertEquals(2, connections("p2"), "one for the board, one for the bench");
        try (BrokerConnection later = BrokerConnection.open(older, Optional.empty())) {
            later.subscribe(TOPICS.boardStatus());
            Message kept = heard(later);
            assertTrue(kept.retained() && kept.content().contains("streaming"), kept.toString());
        }
    }

    /** As agents do: they say what waits once connected, and close with a goodbye. */
    @Test
    void shouldSendWhatWaits() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        Message waiting = new Message(TOPICS.result(), "{}", "application/json", false, Map.of("run_id", "1"));
        try (BrokerConnection observer = observer()) {
            try (BenchVoice voice = BenchVoice.start(older, "lab", List::of, sender -> {
                sender.accept(waiting);
                sent.countDown();
            })) {
                assertTrue(sent.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                assertTrue(voice.isConnected());
            }
            assertTrue(heard(observer).content().contains("online"));
            assertEquals(waiting.content(), heard(observer).content());
            assertTrue(heard(observer).content().contains("offline"));
        }
    }

    @Test
    void shouldLeaveALastWill() throws Exception {
        Message will = Message.state(TOPICS.boardStatus(), BoardState.LOST);
        try (BrokerConnection observer = observer();
                ServerSocket between = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BrokerAddress there = BrokerAddress.parse("mqtt://127.0.0.1:" + between.getLocalPort())
                    .speaking(MqttVersion.V3_1_1);
            Thread line = new Thread(() -> carry(between));
            line.start();
            BrokerConnection cut = BrokerConnection.open(there, Optional.of(will));
            assertTrue(cut.isConnected());
            line.interrupt();
            line.join();

            Message heard = heard(observer);
            assertEquals(will.topic(), heard.topic());
            assertEquals(will.content(), heard.content());
            cut.close();
            assertFalse(cut.isConnected());
        }
    }

    /** Carries bytes both ways until it is interrupted, and then none. */
    private void carry(ServerSocket between) {
        try (Socket client = between.accept();
                Socket server = new Socket("127.0.0.1", newer.port())) {
            while (!Thread.interrupted()) {
                boolean isQuiet = move(client, server) + move(server, client) == 0;
                if (isQuiet) {
                    Thread.sleep(5);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The end of the line.
        }
    }

    private static int move(Socket from, Socket to) throws IOException {
        byte[] bytes = from.getInputStream().readNBytes(from.getInputStream().available());
        to.getOutputStream().write(bytes);
        return bytes.length;
    }

    @Test
    void shouldBeChosenByAnOption() throws Exception {
        try (BrokerConnection gone = BrokerConnection.open(newer, Optional.empty())) {
            gone.publish(Message.state(TOPICS.boardStatus(), BoardState.IDLE));
        }
        TestBench.Outcome outcome =
                bench.hilda("mqtt", "clear", "--yes", "--mqtt-version", "3.1.1", "--mqtt", newer.toString());
        assertEquals(0, outcome.exitCode(), outcome.errText());
        assertTrue(
                outcome.out().get(0).startsWith("1 topics removed"),
                outcome.out().toString());
        assertEquals(1, connections("p2"));
        TestBench.Outcome wrong = bench.hilda("watch", "--mqtt-version", "4", "--mqtt", newer.toString());
        assertEquals(2, wrong.exitCode(), wrong.errText());
        assertTrue(wrong.errText().contains("--mqtt-version: expected 5 or 3.1.1, got \"4\""), wrong.errText());
    }
}
