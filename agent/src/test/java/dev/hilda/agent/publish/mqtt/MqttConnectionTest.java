// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user is told of each thing that may listen where a broker should. */
@Timeout(60)
class MqttConnectionTest {
    private static final byte[] ACCEPTED = {0x20, 0x03, 0x00, 0x00, 0x00};

    @TempDir
    private Path folder;

    private @Nullable ServerSocket server;

    @AfterEach
    void close() throws IOException {
        ServerSocket open = server;
        if (open != null) {
            open.close();
        }
    }

    /** Answers the first bytes of each connection with an answer; without one it says nothing. */
    private String listening(ServerSocket socket, Optional<byte[]> answer, boolean hangsUp) {
        server = socket;
        Thread listener = new Thread(() -> {
            while (!socket.isClosed()) {
                try {
                    serve(socket.accept(), answer, hangsUp);
                } catch (IOException e) {
                    // The client has gone, or the test is over.
                }
            }
        });
        listener.setDaemon(true);
        listener.start();
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private static void serve(Socket client, Optional<byte[]> answer, boolean hangsUp) throws IOException {
        byte[] some = new byte[256];
        if (client.getInputStream().read(some) > 0 && answer.isPresent()) {
            client.getOutputStream().write(answer.get());
            client.getOutputStream().flush();
        }
        if (hangsUp) {
            client.close();
        }
    }

    private static ServerSocket plain() throws IOException {
        return new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    }

    private static ServerSocket encrypted(TestCertificate certificate) throws IOException {
        return certificate.server().getServerSocketFactory().createServerSocket(0, 9, InetAddress.getLoopbackAddress());
    }

    private static BenchFailure refusal(BrokerAddress address) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> MqttConnection.open(address, Optional.empty()));
        assertEquals(FailureKind.PUBLISH, failure.kind());
        return failure;
    }

    private static void assertTells(String actual, String remedy, BenchFailure failure) {
        assertTrue(failure.actual().orElseThrow().contains(actual), failure::toString);
        assertTrue(failure.remedy().orElseThrow().contains(remedy), failure::toString);
    }

    @Test
    void shouldSayThatNoBrokerListensWithoutTheNameOfAnException() throws IOException {
        int port;
        try (ServerSocket free = plain()) {
            port = free.getLocalPort();
        }
        BenchFailure failure = refusal(BrokerAddress.parse("mqtt://127.0.0.1:" + port));
        assertEquals("Connection refused", failure.actual().orElseThrow());
        assertTells("refused", "mosquitto -p 1883", failure);
    }

    @Test
    void shouldSayThatThereIsNoSuchHost() {
        assertTells("no host of that name", "check the name", refusal(BrokerAddress.parse("mqtt://nothing.invalid")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|20 03 00 87 00|not authorized|--mqtt-password-file",
                "me:wrong@|20 03 00 86 00|not authorized|check the user and the password",
                "|20 03 00 84 00|without MQTT 5|since 1.6",
                "|20 03 00 97 00|(151)|see the broker's log",
            })
    void shouldSayWhyABrokerRefuses(String user, String answer, String actual, String remedy) throws IOException {
        byte[] bytes = new byte[5];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) Integer.parseInt(answer.substring(3 * at, 3 * at + 2), 16);
        }
        String where = listening(plain(), Optional.of(bytes), false);
        BrokerAddress address = BrokerAddress.parse("mqtt://" + (user == null ? "" : user) + where);
        assertTells(actual, remedy, refusal(address));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"5|not authorized|--mqtt-password-file", "1|without MQTT 3.1.1|leave --mqtt-version away"})
    void shouldSayWhyABrokerRefusesTheOlderVersion(int code, String actual, String remedy) throws IOException {
        String where = listening(plain(), Optional.of(new byte[] {0x20, 2, 0, (byte) code}), false);
        BrokerAddress address = BrokerAddress.parse("mqtt://" + where).speaking(MqttVersion.V3_1_1);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> BrokerConnection.open(address, Optional.empty()));
        assertEquals(FailureKind.PUBLISH, failure.kind());
        assertTells(actual, remedy, failure);
    }

    @Test
    void shouldSayThatABrokerHangs() throws IOException {
        String where = listening(plain(), Optional.empty(), false);
        assertTells("no answer in time", "restart the broker", refusal(BrokerAddress.parse("mqtt://" + where)));
    }

    @Test
    void shouldSayThatABrokerHangsUp() throws IOException {
        String where = listening(plain(), Optional.empty(), true);
        assertTells("closed at once", "mqtts://", refusal(BrokerAddress.parse("mqtt://" + where)));
    }

    @Test
    void shouldSayThatItIsNoBroker() throws IOException {
        byte[] page = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        String where = listening(plain(), Optional.of(page), true);
        assertTells("no MQTT", "is an MQTT broker", refusal(BrokerAddress.parse("mqtt://" + where)));
    }

    @Test
    void shouldSayThatThePortSpeaksNoTls() throws IOException {
        byte[] page = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        String where = listening(plain(), Optional.of(page), true);
        assertTells("no TLS at that port", "use mqtt://", refusal(BrokerAddress.parse("mqtts://" + where)));
    }

    @Test
    void shouldSayThatThePortSpeaksTls() throws Exception {
        String where = listening(encrypted(TestCertificate.of(folder, "ip:127.0.0.1")), Optional.of(ACCEPTED), true);
        BenchFailure failure = refusal(BrokerAddress.parse("mqtt://" + where));
        assertTells("", "mqtts://", failure);
    }

    @Test
    void shouldTrustWhomTheUserNamesAndNobodyElse() throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        String where = listening(encrypted(certificate), Optional.of(ACCEPTED), false);
        BrokerAddress address = BrokerAddress.parse("mqtts://" + where);
        assertTells("no trusted authority", "--mqtt-ca FILE.pem", refusal(address));
        BrokerTrust trust = new BrokerTrust(
                Optional.of(certificate.certificate()),
                Optional.of(new BrokerTrust.Identity(certificate.certificate(), certificate.key())));
        MqttConnection connection = MqttConnection.open(address.trusting(trust), Optional.empty());
        assertTrue(connection.isConnected());
        connection.close();
    }

    @Test
    void shouldRefuseACertificateForAnotherName() throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "dns:other.example");
        String where = listening(encrypted(certificate), Optional.of(ACCEPTED), false);
        BrokerTrust trust = new BrokerTrust(Optional.of(certificate.certificate()), Optional.empty());
        BrokerAddress address = BrokerAddress.parse("mqtts://" + where).trusting(trust);
        assertTells("for another name", "use the name", refusal(address));
    }

    @Test
    void shouldRefuseFilesThatAreNotWhatTheyShouldBe() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        BrokerAddress address = BrokerAddress.parse("mqtts://broker");
        IllegalArgumentException none = assertThrows(
                IllegalArgumentException.class,
                () -> address.trusting(new BrokerTrust(Optional.of(empty), Optional.empty())));
        assertTrue(String.valueOf(none.getMessage()).contains(empty.toString()), none::toString);
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        BrokerTrust keyless = new BrokerTrust(
                Optional.empty(), Optional.of(new BrokerTrust.Identity(certificate.certificate(), empty)));
        IllegalArgumentException noKey = assertThrows(IllegalArgumentException.class, () -> address.trusting(keyless));
        assertTrue(String.valueOf(noKey.getMessage()).contains("BEGIN PRIVATE KEY"), noKey::toString);
        assertThrows(
                IllegalArgumentException.class,
                () -> BrokerAddress.parse("mqtt://broker").trusting(keyless),
                "certificates without TLS");
    }
}
