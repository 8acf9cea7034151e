// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A broker in memory: exact topics, retained messages, no wills. It can be away, and forget what it kept. */
final class MemoryBroker implements BrokerConnection.Source {
    /** Everything that was published, in order. */
    final List<Message> published = new ArrayList<>();

    final Map<String, Message> retained = new LinkedHashMap<>();
    final List<Optional<Message>> wills = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private boolean isAway;

    @Override
    public synchronized BrokerConnection open(Optional<Message> will) {
        if (isAway) {
            throw away();
        }
        wills.add(will);
        Connection connection = new Connection();
        connections.add(connection);
        return connection;
    }

    /** Breaks all connections, forgets everything, and refuses new ones until it is back. */
    synchronized void die() {
        isAway = true;
        connections.forEach(connection -> connection.isBroken = true);
        connections.clear();
        retained.clear();
    }

    synchronized void comeBack() {
        isAway = false;
    }

    private static BenchFailure away() {
        return BenchFailure.of(FailureKind.PUBLISH, "reach the broker")
                .actual("it is away")
                .failure();
    }

    synchronized void publish(Message message) {
        published.add(message);
        if (message.retained() && message.content().isEmpty()) {
            retained.remove(message.topic());
        } else if (message.retained()) {
            retained.put(message.topic(), message);
        }
        connections.stream()
                .filter(connection -> connection.topics.stream().anyMatch(filter -> matches(filter, message.topic())))
                .forEach(connection -> connection.arrived.add(message));
    }

    /** Contents published to a topic, in order. */
    synchronized List<String> at(String topic) {
        return published.stream()
                .filter(message -> message.topic().equals(topic))
                .map(Message::content)
                .toList();
    }

    /** What is kept at a topic. */
    synchronized String kept(String topic) {
        Message message = retained.get(topic);
        return message == null ? "nothing" : message.content();
    }

    private synchronized void subscribe(Connection connection, String topic) {
        connection.topics.add(topic);
        retained.values().stream()
                .filter(message -> matches(topic, message.topic()))
                .forEach(connection.arrived::add);
    }

    /** Of wildcards it knows the one for all that begins with some levels. */
    private static boolean matches(String filter, String topic) {
        return filter.endsWith("#") ? topic.startsWith(filter.substring(0, filter.length() - 1)) : topic.equals(filter);
    }

    private synchronized void remove(Connection connection) {
        connections.remove(connection);
    }

    private final class Connection implements BrokerConnection {
        private final List<String> topics = new ArrayList<>();
        private final BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
        private volatile boolean isBroken;

        @Override
        public boolean isConnected() {
            return !isBroken;
        }

        @Override
        public void publish(Message message) {
            if (isBroken) {
                throw away();
            }
            MemoryBroker.this.publish(message);
        }

        @Override
        public void send(Message message, Duration expiry) {
            MemoryBroker.this.publish(message);
        }

        @Override
        public void subscribe(String topicFilter) {
            MemoryBroker.this.subscribe(this, topicFilter);
        }

        @Override
        public Optional<Message> next(Duration timeout) throws InterruptedException {
            return Optional.ofNullable(arrived.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
