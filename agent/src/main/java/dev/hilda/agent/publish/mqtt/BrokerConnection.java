// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import java.time.Duration;
import java.util.Optional;

/** A connection to a broker, from the goodbye of which nothing more comes or goes. */
public interface BrokerConnection extends AutoCloseable {
    /**
     * Connects, in the version that the address names.
     *
     * @param will what the broker publishes when this connection ends without a goodbye
     * @throws BenchFailure of kind publish
     */
    static BrokerConnection open(BrokerAddress broker, Optional<Message> will) {
        return switch (broker.version()) {
            case V5 -> MqttConnection.open(broker, will);
            case V3_1_1 -> Mqtt3Connection.open(broker, will);
        };
    }

    /** Where connections come from. */
    @FunctionalInterface
    interface Source {
        /**
         * Connects.
         *
         * @param will what the broker publishes when the connection ends without a goodbye
         * @throws BenchFailure of kind publish
         */
        BrokerConnection open(Optional<Message> will);
    }

    /** Publishes, and waits for the broker's acknowledgement. */
    void publish(Message message);

    /**
     * Publishes and does not wait: for what is worth nothing later.
     *
     * @param expiry how long a broker may keep it for a subscriber that is slow
     */
    void send(Message message, Duration expiry);

    /** Subscribes, and waits for the broker's acknowledgement. */
    void subscribe(String topicFilter);

    /** The next message of the subscribed topics; empty when none came in time. */
    Optional<Message> next(Duration timeout) throws InterruptedException;

    /** Whether the broker is still there, as far as is known. */
    boolean isConnected();

    /** Says goodbye, so that the will is not published. */
    @Override
    void close();
}
