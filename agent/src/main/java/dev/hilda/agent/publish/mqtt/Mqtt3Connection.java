// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT 3.1.1 connection, used once, as {@link MqttConnection} is. This version knows no content type, no properties and
 * no expiry, and a broker cannot say that it refuses a publication.
 */
final class Mqtt3Connection implements BrokerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Mqtt3Connection.class);
    private static final int REFUSED = 0x80;

    /** As of the other version. Kept here, because the JDK forgets loggers that nobody holds. */
    private static final java.util.logging.Logger PAHO_LOG =
            java.util.logging.Logger.getLogger("org.eclipse.paho.client.mqttv3");

    static {
        PAHO_LOG.setLevel(Level.OFF);
    }

    private final BrokerAddress broker;
    private final MqttAsyncClient client;
    private final BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();

    private Mqtt3Connection(BrokerAddress broker, MqttAsyncClient client) {
        this.broker = broker;
        this.client = client;
    }

    /**
     * Connects.
     *
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    static Mqtt3Connection open(BrokerAddress broker, Optional<Message> will) {
        Mqtt3Connection connection = null;
        try {
            MqttAsyncClient client =
                    new MqttAsyncClient(broker.serverUri(), "hilda-" + UUID.randomUUID(), new MemoryPersistence());
            connection = new Mqtt3Connection(broker, client);
            client.setCallback(connection.new Arrivals());
            await(client.connect(options(broker, will)));
            LOG.info("connected to {} by MQTT 3.1.1", broker);
            return connection;
        } catch (MqttException e) {
            if (connection != null) {
                connection.abandon();
            }
            throw BrokerFailures.unreachable(broker, MqttDiagnosis.of(broker, e, e.getReasonCode()), e);
        }
    }

    private static MqttConnectOptions options(BrokerAddress broker, Optional<Message> will) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setAutomaticReconnect(false);
        options.setCleanSession(true);
        options.setConnectionTimeout(MqttConnection.CONNECT_SECONDS);
        options.setKeepAliveInterval(MqttConnection.KEEP_ALIVE_SECONDS);
        if (broker.isTls()) {
            options.setSocketFactory(broker.trust().sockets());
            options.setHttpsHostnameVerificationEnabled(true);
        }
        broker.userName().ifPresent(options::setUserName);
        broker.password().ifPresent(password -> options.setPassword(password.toCharArray()));
        will.ifPresent(message ->
                options.setWill(message.topic(), payload(message), MqttConnection.AT_LEAST_ONCE, message.retained()));
        return options;
    }

    @Override
    public void publish(Message message) {
        try {
            await(FullWindow.await(() -> begun(message), MqttConnection.PATIENCE)
                    .orElseThrow(() -> new MqttException(MqttException.REASON_CODE_MAX_INFLIGHT)));
        } catch (MqttException e) {
            throw failed("publish to " + message.topic(), e);
        }
    }

    private Optional<IMqttToken> begun(Message message) throws MqttException {
        try {
            return Optional.of(client.publish(
                    message.topic(), payload(message), MqttConnection.AT_LEAST_ONCE, message.retained()));
        } catch (MqttException e) {
            if (e.getReasonCode() == MqttException.REASON_CODE_MAX_INFLIGHT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** With QoS 0; the expiry is unknown to this version. */
    @Override
    public void send(Message message, Duration expiry) {
        try {
            client.publish(message.topic(), payload(message), MqttConnection.AT_MOST_ONCE, false);
        } catch (MqttException e) {
            throw failed("publish to " + message.topic(), e);
        }
    }

    @Override
    public void subscribe(String topicFilter) {
        String attempt = "subscribe to " + topicFilter;
        try {
            IMqttToken token = client.subscribe(topicFilter, MqttConnection.AT_LEAST_ONCE);
            await(token);
            for (int granted : token.getGrantedQos()) {
                if (granted == REFUSED) {
                    throw BrokerFailures.refused(broker, attempt, MqttDiagnosis.ofRefusal(broker, attempt, granted));
                }
            }
        } catch (MqttException e) {
            throw failed(attempt, e);
        }
    }

    private static void await(IMqttToken token) throws MqttException {
        token.waitForCompletion(MqttConnection.PATIENCE.toMillis());
    }

    @Override
    public Optional<Message> next(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(arrived.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public void close() {
        try {
            client.disconnect(0).waitForCompletion(MqttConnection.PATIENCE.toMillis());
            client.close(true);
        } catch (MqttException e) {
            abandon();
        }
    }

    /** Ends the client, with all its threads, whatever state it is in. */
    private void abandon() {
        try {
            client.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            // It was not connected; closing it is all that is left to do.
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            // Nothing is left that could be done.
        }
    }

    private BenchFailure failed(String attempt, MqttException cause) {
        return BrokerFailures.failed(broker, attempt, MqttDiagnosis.of(broker, cause, cause.getReasonCode()), cause);
    }

    private static byte[] payload(Message message) {
        return message.content().getBytes(StandardCharsets.UTF_8);
    }

    /** Puts what arrives into the queue and does nothing else, as {@link ArrivalQueue}. */
    private final class Arrivals implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            arrived.add(new Message(
                    topic,
                    new String(message.getPayload(), StandardCharsets.UTF_8),
                    "",
                    message.isRetained(),
                    Map.of()));
        }

        @Override
        public void connectionLost(Throwable cause) {
            LOG.warn("the connection to the broker has ended: {}", String.valueOf(cause.getMessage()));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}
