// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a broker what one board of this bench does, and its result. A broker that is away does not stop the run: status
 * is lost then, and the result is tried once more at the end. A program that ends without a goodbye leaves the board's
 * status as lost.
 */
public final class MqttPublisher implements Publisher {
    private static final Duration PROGRESS_EXPIRY = Duration.ofMinutes(1);
    private static final Duration READ_BACK_PATIENCE = Duration.ofSeconds(10);

    private final BrokerConnection.Source connections;
    private final String broker;
    private final Topics topics;
    private final Consumer<String> remarks;
    private final Duration readBackPatience;
    private @Nullable BrokerConnection connection;
    private @Nullable BenchPresence presence;

    private MqttPublisher(
            BrokerConnection.Source connections,
            String broker,
            Topics topics,
            Consumer<String> remarks,
            Duration readBackPatience) {
        this.connections = connections;
        this.broker = broker;
        this.topics = topics;
        this.remarks = remarks;
        this.readBackPatience = readBackPatience;
    }

    /**
     * Connects if the broker is there, and says that the bench is online.
     *
     * @param remarks hears when status cannot be published
     */
    public static MqttPublisher start(BrokerAddress broker, Topics topics, Consumer<String> remarks) {
        return start(
                will -> BrokerConnection.open(broker, will), broker.toString(), topics, remarks, READ_BACK_PATIENCE);
    }

    static MqttPublisher start(
            BrokerConnection.Source connections,
            String broker,
            Topics topics,
            Consumer<String> remarks,
            Duration readBackPatience) {
        MqttPublisher publisher = new MqttPublisher(connections, broker, topics, remarks, readBackPatience);
        publisher.attempt(() -> publisher.connected());
        return publisher;
    }

    /** Does nothing without a broker. */
    @Override
    public void boardState(BoardState state) {
        BrokerConnection open = connection;
        if (open != null) {
            attempt(() -> open.publish(Message.state(topics.boardStatus(), state)));
        }
    }

    /** Does nothing without a broker. */
    @Override
    public void progress(RunProgress progress) {
        BrokerConnection open = connection;
        if (open != null) {
            Message message = Message.document(topics.progress(), progress.toJson(), false, progress.run());
            attempt(() -> open.send(message, PROGRESS_EXPIRY));
        }
    }

    @Override
    public void result(Result result) {
        ResultMessages.of(result, topics).forEach(this::publish);
    }

    /**
     * Publishes anything else over the same connection.
     *
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    public void publish(Message message) {
        connected().publish(message);
    }

    /** Over a connection of its own. */
    @Override
    public Optional<String> readBack(Result result) throws InterruptedException {
        String document = result.toJson();
        String topic = ResultMessages.latest(result, topics);
        String found = "nothing";
        try (BrokerConnection reader = connections.open(Optional.empty())) {
            reader.subscribe(topic);
            long deadline = System.nanoTime() + readBackPatience.toNanos();
            // Another run of the same board may publish at the same time; the own document is what counts.
            while (!found.equals(document)) {
                Optional<Message> next = reader.next(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                if (next.isEmpty()) {
                    throw notReadBack(topic, found);
                }
                found = next.get().content();
            }
        }
        return Optional.of(topic);
    }

    private static BenchFailure notReadBack(String topic, String found) {
        return BenchFailure.of(FailureKind.PUBLISH, "read the result back from " + topic)
                .expected("the document that was published")
                .actual(found)
                .remedy("check that no other bench publishes under this name, see --bench")
                .failure();
    }

    /** Says that the bench is offline, and goodbye. */
    @Override
    public void close() {
        dropConnection();
    }

    private BrokerConnection connected() {
        BrokerConnection open = connection;
        if (open == null) {
            open = connections.open(Optional.of(Message.state(topics.boardStatus(), BoardState.LOST)));
            connection = open;
            presence = BenchPresence.announce(connections, topics);
        }
        return open;
    }

    /** Status is a courtesy: a failure to give it is not one of the run. */
    private void attempt(Runnable publication) {
        try {
            publication.run();
        } catch (BenchFailure e) {
            remarks.accept("no status at the MQTT broker " + broker + ": "
                    + e.actual().orElse("no reason given") + "; the result is tried once more at the end");
            dropConnection();
        }
    }

    private void dropConnection() {
        BenchPresence announced = presence;
        presence = null;
        BrokerConnection open = connection;
        connection = null;
        if (announced != null) {
            announced.close();
        }
        if (open != null) {
            open.close();
        }
    }
}
