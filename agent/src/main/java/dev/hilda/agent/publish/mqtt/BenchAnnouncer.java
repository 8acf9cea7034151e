package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ProgressDocument;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a broker what one board of this bench does, and its result. A broker that is away does not stop the run: status
 * is lost then, and the result is tried once more at the end. A program that ends without a goodbye leaves the board's
 * status as lost.
 */
public final class BenchAnnouncer implements Announcer {
    private static final String LOST = "lost";
    private static final Duration PROGRESS_EXPIRY = Duration.ofMinutes(1);
    private static final Duration READ_BACK_PATIENCE = Duration.ofSeconds(10);

    private final BrokerAddress broker;
    private final Topics topics;
    private final Consumer<String> remarks;
    private @Nullable MqttConnection connection;
    private @Nullable BenchPresence presence;

    private BenchAnnouncer(BrokerAddress broker, Topics topics, Consumer<String> remarks) {
        this.broker = broker;
        this.topics = topics;
        this.remarks = remarks;
    }

    /**
     * Connects if the broker is there, and says that the bench is online.
     *
     * @param remarks hears when status cannot be published
     */
    public static BenchAnnouncer start(BrokerAddress broker, Topics topics, Consumer<String> remarks) {
        BenchAnnouncer announcer = new BenchAnnouncer(broker, topics, remarks);
        announcer.attempt(() -> announcer.connected());
        return announcer;
    }

    /** Does nothing without a broker. */
    @Override
    public void boardStatus(String word) {
        MqttConnection open = connection;
        if (open != null) {
            attempt(() -> open.publish(Message.status(topics.boardStatus(), word)));
        }
    }

    /** Does nothing without a broker. */
    @Override
    public void progress(RunIdentity run, String step, long done, long total) {
        MqttConnection open = connection;
        if (open != null) {
            String document = ProgressDocument.of(run, step, done, total);
            attempt(() -> open.send(Message.document(topics.progress(), document, false, run), PROGRESS_EXPIRY));
        }
    }

    @Override
    public void result(RunIdentity run, String model, String document) {
        MqttConnection open = connected();
        open.publish(Message.document(topics.result(), document, false, run));
        open.publish(Message.document(topics.latest(model), document, true, run));
    }

    @Override
    public void layers(RunIdentity run, String model, String document) {
        connected().publish(Message.document(topics.layers(model), document, true, run));
    }

    /** Over a connection of its own. */
    @Override
    public void readBack(String model, String document) throws InterruptedException {
        String topic = topics.latest(model);
        try (MqttConnection reader = MqttConnection.open(broker, Optional.empty())) {
            reader.subscribe(topic);
            Optional<Message> found = reader.next(READ_BACK_PATIENCE);
            long started = System.nanoTime();
            // Another run of the same board may publish at the same time; the own document is what counts.
            while (found.isPresent() && !found.get().content().equals(document)) {
                Optional<Message> next = reader.next(READ_BACK_PATIENCE.minusNanos(System.nanoTime() - started));
                if (next.isEmpty()) {
                    break;
                }
                found = next;
            }
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
        dropConnection();
    }

    private MqttConnection connected() {
        MqttConnection open = connection;
        if (open == null) {
            open = MqttConnection.open(broker, Optional.of(Message.status(topics.boardStatus(), LOST)));
            connection = open;
            presence = BenchPresence.announce(broker, topics);
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
        MqttConnection open = connection;
        connection = null;
        if (announced != null) {
            announced.close();
        }
        if (open != null) {
            open.close();
        }
    }
}
