package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.SelfTestDocument;
import dev.hilda.agent.publish.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a broker what one board of this bench does, and its result. A broker that is away does not stop the run: status
 * is lost then, and the result is tried once more at the end.
 */
public final class BenchAnnouncer implements AutoCloseable {
    private static final String ONLINE = "online";
    private static final String OFFLINE = "offline";
    private static final Duration READ_BACK_PATIENCE = Duration.ofSeconds(10);

    private final BrokerAddress broker;
    private final Topics topics;
    private @Nullable MqttConnection connection;

    private BenchAnnouncer(BrokerAddress broker, Topics topics) {
        this.broker = broker;
        this.topics = topics;
    }

    /** Connects if the broker is there, and says that the bench is online. */
    public static BenchAnnouncer start(BrokerAddress broker, Topics topics) {
        BenchAnnouncer announcer = new BenchAnnouncer(broker, topics);
        announcer.attempt(() -> announcer.connected());
        return announcer;
    }

    /** Says what the board does now; does nothing without a broker. */
    public void boardStatus(String word) {
        MqttConnection open = connection;
        if (open != null) {
            attempt(() -> open.publish(Message.status(topics.boardStatus(), word)));
        }
    }

    /**
     * Publishes a result and, if the run passed, as the latest of its kind.
     *
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    public void result(RunIdentity run, String document, boolean passed) {
        Map<String, String> properties = Map.of("run_id", run.runId());
        MqttConnection open = connected();
        open.publish(new Message(topics.result(), document, SelfTestDocument.CONTENT_TYPE, false, properties));
        if (passed) {
            open.publish(new Message(
                    topics.latest(SelfTestDocument.MODEL), document, SelfTestDocument.CONTENT_TYPE, true, properties));
        }
    }

    /**
     * Reads the latest result back as any other program would, over a connection of its own.
     *
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH} when it is not what was published
     */
    public void readBack(String document) throws InterruptedException {
        String topic = topics.latest(SelfTestDocument.MODEL);
        try (MqttConnection reader = MqttConnection.open(broker, Optional.empty())) {
            reader.subscribe(topic);
            Optional<Message> found = reader.next(READ_BACK_PATIENCE);
            if (found.isEmpty() || !found.get().content().equals(document)) {
                throw BenchFailure.of(FailureKind.PUBLISH, "read the result back from " + topic)
                        .expected("the document that was published")
                        .actual(
                                found.isEmpty()
                                        ? "nothing"
                                        : "another document: " + found.get().content())
                        .remedy("check that no other bench publishes under this name, see --bench")
                        .failure();
            }
        }
    }

    /** Says that the bench is offline, and goodbye. */
    @Override
    public void close() {
        MqttConnection open = connection;
        if (open != null) {
            attempt(() -> open.publish(Message.status(topics.benchStatus(), OFFLINE)));
            open.close();
        }
    }

    private MqttConnection connected() {
        MqttConnection open = connection;
        if (open == null) {
            open = MqttConnection.open(broker, Optional.of(Message.status(topics.benchStatus(), OFFLINE)));
            connection = open;
            open.publish(Message.status(topics.benchStatus(), ONLINE));
        }
        return open;
    }

    /** Status is a courtesy: a failure to give it is not one of the run. */
    private void attempt(Runnable publication) {
        try {
            publication.run();
        } catch (BenchFailure e) {
            dropConnection();
        }
    }

    private void dropConnection() {
        MqttConnection broken = connection;
        connection = null;
        if (broken != null) {
            broken.close();
        }
    }
}
