// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.StateDocument;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps a bench online as long as any run at it lives. A run that ends says offline, by itself or by its will; whoever
 * still runs hears that and contradicts.
 */
final class BenchPresence implements AutoCloseable {
    private static final Duration LISTENING = Duration.ofDays(1);

    private final BrokerConnection connection;
    private final Topics topics;
    private final Thread listener = new Thread(this::contradict, "bench-presence");

    private BenchPresence(BrokerConnection connection, Topics topics) {
        this.connection = connection;
        this.topics = topics;
    }

    /**
     * Says that the bench is online.
     *
     * @throws BenchFailure of kind publish
     */
    static BenchPresence announce(BrokerConnection.Source connections, Topics topics) {
        BrokerConnection connection =
                connections.open(Optional.of(Message.state(topics.benchStatus(), BenchState.OFFLINE)));
        BenchPresence presence = new BenchPresence(connection, topics);
        try {
            connection.subscribe(topics.benchStatus());
            connection.publish(Message.state(topics.benchStatus(), BenchState.ONLINE));
        } catch (BenchFailure e) {
            connection.close();
            throw e;
        }
        presence.listener.setDaemon(true);
        presence.listener.start();
        return presence;
    }

    /** Says that the bench is offline, which other runs contradict, and goodbye. */
    @Override
    public void close() {
        try {
            // After this nothing says online here any more.
            listener.interrupt();
            listener.join();
            connection.publish(Message.state(topics.benchStatus(), BenchState.OFFLINE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BenchFailure e) {
            // The broker says offline itself when the connection breaks.
        } finally {
            connection.close();
        }
    }

    private void contradict() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Optional<Message> heard = connection.next(LISTENING);
                if (heard.isPresent() && !saysOnline(heard.get().content())) {
                    connection.publish(Message.state(topics.benchStatus(), BenchState.ONLINE));
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        } catch (BenchFailure e) {
            // The broker is gone; the run finds out when it publishes its result.
        }
    }

    /** In whichever form: to correct a bench of another version for its form would never end. */
    static boolean saysOnline(String content) {
        return StateDocument.parse(content, BenchState.class).equals(Optional.of(BenchState.ONLINE));
    }
}
