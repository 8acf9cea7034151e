// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BenchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a bench has to say as long as its agent runs. It connects by itself, again and again, and after each connection says
 * everything once more: brokers acknowledge what they have not saved yet, and forget it when they are killed.
 */
public final class BenchVoice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BenchVoice.class);

    private final BrokerConnection.Source connections;
    private final String bench;
    private final Supplier<List<Message>> remembered;
    private final Consumer<Consumer<Message>> whenConnected;
    private final Pace pace;
    private final Map<String, Message> retained = new LinkedHashMap<>();
    private final Map<String, Message> unsaid = new LinkedHashMap<>();
    private final Thread worker = new Thread(this::speak, "bench-voice");
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean isConnected;

    /**
     * How time is spent.
     *
     * @param poll between two looks at what there is to say
     * @param shortest before a broker is tried again that could not be reached; each time twice as long
     * @param longest of those
     * @param again between two looks at what waits to be sent
     */
    record Pace(Duration poll, Duration shortest, Duration longest, Duration again) {
        static final Pace USUAL =
                new Pace(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(30));
    }

    private BenchVoice(
            BrokerConnection.Source connections,
            String bench,
            Supplier<List<Message>> remembered,
            Consumer<Consumer<Message>> whenConnected,
            Pace pace) {
        this.connections = connections;
        this.bench = bench;
        this.remembered = remembered;
        this.whenConnected = whenConnected;
        this.pace = pace;
    }

    /**
     * Begins to speak; returns at once.
     *
     * @param remembered what the broker should have kept of earlier, published after each connection
     * @param whenConnected called after each connection, and every half minute of one, with what publishes a message and
     *     waits for the acknowledgement: for what waits to be sent
     */
    public static BenchVoice start(
            BrokerAddress broker,
            String bench,
            Supplier<List<Message>> remembered,
            Consumer<Consumer<Message>> whenConnected) {
        return start(will -> BrokerConnection.open(broker, will), bench, remembered, whenConnected, Pace.USUAL);
    }

    static BenchVoice start(
            BrokerConnection.Source connections,
            String bench,
            Supplier<List<Message>> remembered,
            Consumer<Consumer<Message>> whenConnected,
            Pace pace) {
        BenchVoice voice = new BenchVoice(connections, bench, remembered, whenConnected, pace);
        voice.worker.setDaemon(true);
        voice.worker.start();
        return voice;
    }

    /** Says something that the broker keeps, now or when there is one; the last word at a topic counts. */
    public void say(Message message) {
        synchronized (retained) {
            // Removed first: the order of the last words is that in which they were said.
            retained.remove(message.topic());
            retained.put(message.topic(), message);
            unsaid.remove(message.topic());
            unsaid.put(message.topic(), message);
        }
    }

    /** Whether the broker is there, as far as is known. */
    public boolean isConnected() {
        return isConnected;
    }

    /** Says what is unsaid, and that the bench is offline, where there is a broker. */
    @Override
    public void close() {
        // No interruption: Paho takes one for a broken connection.
        closing.countDown();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void speak() {
        Duration wait = pace.shortest();
        try {
            do {
                wait = speakOnce() ? pace.shortest() : longer(wait);
            } while (!closing.await(wait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Nobody interrupts it but a program that ends.
        }
    }

    private Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(pace.longest()) < 0 ? twice : pace.longest();
    }

    /** Returns whether there was a broker. */
    private boolean speakOnce() throws InterruptedException {
        try (BrokerConnection connection = connected()) {
            isConnected = true;
            stayConnected(connection);
            return true;
        } catch (BenchFailure failure) {
            LOG.warn("{}", failure.getMessage());
            return isConnected;
        } finally {
            isConnected = false;
        }
    }

    private BrokerConnection connected() {
        String topic = Topics.benchStatus(bench);
        BrokerConnection connection = connections.open(Optional.of(Message.state(topic, BenchState.OFFLINE)));
        try {
            connection.subscribe(topic);
            connection.publish(Message.state(topic, BenchState.ONLINE));
            remembered.get().forEach(connection::publish);
            synchronized (retained) {
                unsaid.clear();
                unsaid.putAll(retained);
            }
            return connection;
        } catch (BenchFailure e) {
            connection.close();
            throw e;
        }
    }

    private void stayConnected(BrokerConnection connection) throws InterruptedException {
        long last = System.nanoTime() - pace.again().toNanos();
        while (connection.isConnected() && closing.getCount() > 0) {
            sayUnsaid(connection);
            if (System.nanoTime() - last >= pace.again().toNanos()) {
                whenConnected.accept(connection::publish);
                last = System.nanoTime();
            }
            Optional<Message> heard = connection.next(pace.poll());
            if (heard.isPresent() && !BenchPresence.saysOnline(heard.get().content())) {
                // A run of this bench that has ended; there is more than that run.
                connection.publish(Message.state(Topics.benchStatus(bench), BenchState.ONLINE));
            }
        }
        if (connection.isConnected()) {
            sayUnsaid(connection);
            connection.publish(Message.state(Topics.benchStatus(bench), BenchState.OFFLINE));
        }
    }

    private void sayUnsaid(BrokerConnection connection) {
        List<Message> now;
        synchronized (retained) {
            now = new ArrayList<>(unsaid.values());
        }
        for (Message message : now) {
            connection.publish(message);
            synchronized (retained) {
                unsaid.remove(message.topic(), message);
            }
        }
    }
}
