// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BenchVoice;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.publish.mqtt.MqttPublisher;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The broker's access rules that come with the agent, by what others hear: brokers drop some of what they refuse silently. */
class BrokerAccessIT {
    private static final Path RULES = Path.of("../agent/src/dist/mosquitto.acl").toAbsolutePath();
    private static final List<String> USERS = List.of("lab-1", "lab-2", "dashboard", "operator");
    private static final Topics OWN = new Topics("lab-1", "nucleo-1");
    private static final Topics FOREIGN = new Topics("lab-2", "nucleo-2");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private String broker = "";

    @BeforeEach
    void start() throws Exception {
        TestBench.requireTool("mosquitto_passwd");
        Path passwords = bench.folder().resolve("passwords");
        for (String user : USERS) {
            List<String> command = new ArrayList<>(List.of("mosquitto_passwd", "-b"));
            if (!Files.exists(passwords)) {
                command.add("-c");
            }
            command.addAll(List.of(passwords.toString(), user, "secret-" + user));
            assertEquals(0, bench.start(command.toArray(new String[0])).waitFor());
        }
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
        broker = bench.broker("allow_anonymous false\nuser " + System.getProperty("user.name") + "\npassword_file "
                + passwords + "\nacl_file " + RULES);
    }

    private BrokerAddress as(String user) {
        return BrokerAddress.parse(broker.replace("//", "//" + user + ":secret-" + user + "@"));
    }

    private MqttConnection connected(String user) {
        return MqttConnection.open(as(user), Optional.empty());
    }

    /** Somebody who may hear everything. */
    private MqttConnection observer() {
        MqttConnection observer = connected("operator");
        observer.subscribe("#");
        return observer;
    }

    /** The topics that were heard until the observer hears itself, and this came later than all before. */
    private static List<String> heard(MqttConnection observer) throws InterruptedException {
        String last = "hilda/v1/observer/last";
        observer.publish(new Message(last, "{}", "application/json", false, Map.of()));
        List<String> topics = new ArrayList<>();
        while (true) {
            String topic = observer.next(PATIENCE).orElseThrow().topic();
            if (topic.equals(last)) {
                return topics;
            }
            topics.add(topic);
        }
    }

    private static void assertNotAuthorized(String user, String topic, BenchFailure failure) {
        assertEquals(
                "a refusal: not authorized (MQTT reason code 0x87)",
                failure.actual().orElseThrow());
        String remedy = failure.remedy().orElseThrow();
        assertTrue(remedy.contains("let " + user + " ") && remedy.contains(topic), remedy);
        assertTrue(remedy.contains("access rules"), remedy);
    }

    @Test
    void shouldLetABenchSayWhatIsItsOwn() throws Exception {
        Message latest =
                new Message(OWN.latest("selftest"), WatchIT.RESULT.toJson(), "application/json", true, Map.of());
        try (MqttConnection dashboard = connected("dashboard")) {
            dashboard.subscribe(Topics.filter(Optional.empty(), Optional.empty()));
            List<String> remarks = new ArrayList<>();
            try (MqttPublisher publisher = MqttPublisher.start(as("lab-1"), OWN, remarks::add)) {
                publisher.boardState(BoardState.STREAMING);
                publisher.result(WatchIT.RESULT);
                publisher.publish(latest);
            }
            try (MqttConnection own = connected("lab-1")) {
                own.subscribe(latest.topic());
                assertEquals(latest.content(), own.next(PATIENCE).orElseThrow().content());
            }
            assertEquals(List.of(), remarks);
            List<String> topics = new ArrayList<>();
            String last = "";
            while (!(last.equals(OWN.benchStatus()) && topics.contains(latest.topic()))) {
                last = dashboard.next(PATIENCE).orElseThrow().topic();
                topics.add(last);
            }
            assertEquals(
                    List.of(OWN.benchStatus(), OWN.boardStatus(), OWN.result(), latest.topic(), OWN.benchStatus()),
                    topics);
        }
    }

    @Test
    void shouldLetNoBenchSpeakForAnother() throws Exception {
        Message foreign = Message.state(FOREIGN.boardStatus(), BoardState.IDLE);
        try (MqttConnection observer = observer();
                MqttConnection lab = connected("lab-1")) {
            assertNotAuthorized("lab-1", foreign.topic(), assertThrows(BenchFailure.class, () -> lab.publish(foreign)));
            // Refused without a word, as of QoS 0.
            lab.send(foreign, Duration.ofMinutes(1));
            lab.publish(Message.state(OWN.boardStatus(), BoardState.IDLE));

            assertEquals(List.of(OWN.boardStatus()), heard(observer));
        }
    }

    /** Its last will neither, nor what it says by MQTT 3.1.1, where a broker acknowledges what it drops. */
    @Test
    void shouldDropWhatABenchLeavesToSayForAnother() throws Exception {
        try (MqttConnection observer = observer()) {
            for (String topic : List.of(FOREIGN.boardStatus(), OWN.boardStatus())) {
                try (Socket lab = new Socket("127.0.0.1", URI.create(broker).getPort())) {
                    lab.getOutputStream().write(connect("lab-1", topic));
                    assertArrayEquals(
                            new byte[] {0x20, 2, 0, 0}, lab.getInputStream().readNBytes(4));
                    lab.getOutputStream().write(packet(0x32, text(topic), new byte[] {0, 1}, new byte[] {'x'}));
                    assertArrayEquals(
                            new byte[] {0x40, 2, 0, 1}, lab.getInputStream().readNBytes(4));
                }
            }
            // What was said, then the will of a client that has hung up.
            assertEquals(
                    OWN.boardStatus(), observer.next(PATIENCE).orElseThrow().topic());
            assertEquals(
                    OWN.boardStatus(), observer.next(PATIENCE).orElseThrow().topic());
            assertEquals(List.of(), heard(observer));
        }
    }

    /** A CONNECT of MQTT 3.1.1 with user, password and a will. */
    private static byte[] connect(String user, String topic) {
        byte[] version = {4, (byte) 0xc6, 0, 10};
        return packet(
                0x10,
                text("MQTT"),
                version,
                text("raw"),
                text(topic),
                text("will"),
                text(user),
                text("secret-" + user));
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] counted = Arrays.copyOf(new byte[] {0, (byte) bytes.length}, bytes.length + 2);
        System.arraycopy(bytes, 0, counted, 2, bytes.length);
        return counted;
    }

    private static byte[] packet(int type, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        if (content.size() > 127) {
            packet.write(content.size() % 128 | 0x80);
            packet.write(content.size() / 128);
        } else {
            packet.write(content.size());
        }
        packet.writeBytes(content.toByteArray());
        return packet.toByteArray();
    }

    /** An agent under another bench's name is not connected, and its bench stays what it was. */
    @Test
    void shouldNotTakeAnAgentForAnotherBench() throws Exception {
        try (MqttConnection observer = observer();
                BenchVoice voice = BenchVoice.start(as("lab-1"), "lab-2", List::of, sender -> {})) {
            voice.say(Message.state(FOREIGN.boardStatus(), BoardState.IDLE));
            Thread.sleep(1500);

            assertTrue(!voice.isConnected());
            assertEquals(List.of(), heard(observer));
        }
    }

    @Test
    void shouldLetADashboardReadAndNothingElse() throws Exception {
        Message state = Message.state(OWN.benchStatus(), BenchState.OFFLINE);
        try (MqttConnection lab = connected("lab-1")) {
            lab.publish(state);
        }
        try (MqttConnection observer = observer();
                MqttConnection dashboard = connected("dashboard")) {
            assertEquals(List.of(OWN.benchStatus()), heard(observer));
            for (String topic : List.of(OWN.benchStatus(), "hilda/v1/dashboard/status")) {
                Message message = Message.state(topic, BenchState.ONLINE);
                assertNotAuthorized(
                        "dashboard", topic, assertThrows(BenchFailure.class, () -> dashboard.publish(message)));
                dashboard.send(message, Duration.ofMinutes(1));
            }
            assertEquals(List.of(), heard(observer));
            dashboard.subscribe(OWN.benchStatus());
            assertEquals(state.content(), dashboard.next(PATIENCE).orElseThrow().content());
        }
        Path password = Files.writeString(bench.folder().resolve("password"), "secret-dashboard\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        String address = broker.replace("//", "//dashboard@");
        TestBench.assertFails(
                10,
                "publish",
                "not authorized",
                bench.hilda("mqtt", "clear", "--yes", "--mqtt", address, "--mqtt-password-file", password.toString()));
    }

    /** A bench hears nothing of others, and who has no password nothing at all. */
    @Test
    void shouldKeepBenchesApart() throws Exception {
        try (MqttConnection first = connected("lab-1");
                MqttConnection second = connected("lab-2")) {
            second.subscribe("#");
            first.publish(Message.state(OWN.boardStatus(), BoardState.IDLE));
            second.publish(Message.state(FOREIGN.boardStatus(), BoardState.IDLE));

            assertEquals(
                    FOREIGN.boardStatus(), second.next(PATIENCE).orElseThrow().topic());
        }
        BenchFailure unknown = assertThrows(
                BenchFailure.class, () -> MqttConnection.open(BrokerAddress.parse(broker), Optional.empty()));
        assertTrue(unknown.actual().orElseThrow().contains("not authorized"), unknown.toString());
    }
}
