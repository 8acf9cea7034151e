// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT 5 connection, used once. A fresh client with memory persistence and without automatic reconnection, because
 * Paho 1.2.5 wedges when it resends after a reconnection; every wait is ours and has a deadline. Closing ends the
 * client's threads, which would otherwise keep the JVM alive.
 */
public final class MqttConnection implements BrokerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final int CONNECT_SECONDS = 5;
    static final int KEEP_ALIVE_SECONDS = 20;
    static final int AT_MOST_ONCE = 0;
    static final int AT_LEAST_ONCE = 1;

    /** What Paho has to say comes as an exception too. Kept here, because the JDK forgets loggers that nobody holds. */
    private static final java.util.logging.Logger PAHO_LOG =
            java.util.logging.Logger.getLogger("org.eclipse.paho.mqttv5.client");

    static {
        PAHO_LOG.setLevel(Level.OFF);
    }

    private final BrokerAddress broker;
    private final MqttAsyncClient client;
    private final BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();

    private MqttConnection(BrokerAddress broker, MqttAsyncClient client) {
        this.broker = broker;
        this.client = client;
    }

    /**
     * Connects.
     *
     * @param will what the broker publishes when this connection ends without a goodbye
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    public static MqttConnection open(BrokerAddress broker, Optional<Message> will) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setCleanStart(true);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        // Paho forgets aliases when it resends (endless reason code 130).
        options.setTopicAliasMaximum(0);
        if (broker.isTls()) {
            options.setSocketFactory(broker.trust().sockets());
            options.setHttpsHostnameVerificationEnabled(true);
        }
        broker.userName().ifPresent(options::setUserName);
        broker.password().ifPresent(password -> options.setPassword(password.getBytes(StandardCharsets.UTF_8)));
        // setWill and setWillMessageProperties: the will's own properties are ignored.
        will.ifPresent(message -> {
            options.setWill(message.topic(), encode(message));
            options.setWillMessageProperties(properties(message));
        });
        MqttConnection connection = null;
        try {
            MqttAsyncClient client =
                    new MqttAsyncClient(broker.serverUri(), "hilda-" + UUID.randomUUID(), new MemoryPersistence());
            connection = new MqttConnection(broker, client);
            client.setCallback(new ArrivalQueue(connection.arrived));
            connection.await(client.connect(options), "connect to the MQTT broker " + broker);
            LOG.info("connected to {}", broker);
            return connection;
        } catch (MqttException e) {
            if (connection != null) {
                connection.abandon();
            }
            throw BrokerFailures.unreachable(broker, MqttDiagnosis.of(broker, e, e.getReasonCode()), e);
        } catch (BenchFailure e) {
            if (connection != null) {
                connection.abandon();
            }
            throw e;
        }
    }

    /** With QoS 1. */
    @Override
    public void publish(Message message) {
        String attempt = "publish to " + message.topic();
        try {
            IMqttToken token = FullWindow.await(() -> begun(message), PATIENCE)
                    .orElseThrow(() -> new MqttException(MqttClientException.REASON_CODE_MAX_INFLIGHT));
            await(token, attempt);
            LOG.debug(
                    "published {}, {} characters",
                    message.topic(),
                    message.content().length());
        } catch (MqttException e) {
            throw failed(attempt, e);
        }
    }

    private Optional<IMqttToken> begun(Message message) throws MqttException {
        try {
            return Optional.of(client.publish(message.topic(), encode(message)));
        } catch (MqttException e) {
            if (e.getReasonCode() == MqttClientException.REASON_CODE_MAX_INFLIGHT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** With QoS 0. */
    @Override
    public void send(Message message, Duration expiry) {
        MqttMessage encoded = new MqttMessage(
                message.content().getBytes(StandardCharsets.UTF_8), AT_MOST_ONCE, false, properties(message));
        encoded.getProperties().setMessageExpiryInterval(expiry.toSeconds());
        try {
            client.publish(message.topic(), encoded);
        } catch (MqttException e) {
            throw failed("publish to " + message.topic(), e);
        }
    }

    /** With QoS 1. */
    @Override
    public void subscribe(String topicFilter) {
        String attempt = "subscribe to " + topicFilter;
        try {
            await(client.subscribe(topicFilter, AT_LEAST_ONCE), attempt);
        } catch (MqttException e) {
            throw failed(attempt, e);
        }
    }

    @Override
    public Optional<Message> next(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(arrived.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    /** Ends every thread of the client too. */
    @Override
    public void close() {
        try {
            client.disconnect(0).waitForCompletion(PATIENCE.toMillis());
            LOG.debug("disconnected from {}", broker);
        } catch (MqttException e) {
            abandon();
            return;
        }
        closeClient();
    }

    /** Ends the client whatever state it is in. */
    private void abandon() {
        try {
            client.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            // It was not connected; closing it is all that is left to do.
        }
        closeClient();
    }

    private void closeClient() {
        try {
            client.close(true);
        } catch (MqttException e) {
            // Nothing is left that could be done, and what the connection was for is done or has failed already.
        }
    }

    private void await(IMqttToken token, String attempt) throws MqttException {
        token.waitForCompletion(PATIENCE.toMillis());
        int[] reasons = token.getReasonCodes() == null ? new int[0] : token.getReasonCodes();
        for (int reason : reasons) {
            if (reason >= 0x80) {
                throw BrokerFailures.refused(broker, attempt, MqttDiagnosis.ofRefusal(broker, attempt, reason));
            }
        }
    }

    private BenchFailure failed(String attempt, MqttException cause) {
        return BrokerFailures.failed(broker, attempt, MqttDiagnosis.of(broker, cause, cause.getReasonCode()), cause);
    }

    private static MqttMessage encode(Message message) {
        byte[] payload = message.content().getBytes(StandardCharsets.UTF_8);
        return new MqttMessage(payload, AT_LEAST_ONCE, message.retained(), properties(message));
    }

    private static MqttProperties properties(Message message) {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(message.contentType());
        properties.setPayloadFormat(true);
        properties.setUserProperties(message.userProperties().entrySet().stream()
                .map(entry -> new UserProperty(entry.getKey(), entry.getValue()))
                .toList());
        return properties;
    }
}
