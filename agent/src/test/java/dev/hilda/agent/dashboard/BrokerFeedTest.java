// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import static dev.hilda.agent.dashboard.MadeMessages.said;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BrokerFeedTest {
    private final Entries entries = new Entries(100, 100);
    private final List<String> remarks = new CopyOnWriteArrayList<>();
    private final FakeBroker broker = new FakeBroker();

    /** It can be away, go, and come back with another memory. */
    private static final class FakeBroker implements BrokerConnection.Source {
        final List<String> subscribed = new CopyOnWriteArrayList<>();
        final List<Message> retained = new CopyOnWriteArrayList<>();
        volatile boolean isAway;
        volatile Optional<Connection> connection = Optional.empty();

        @Override
        public BrokerConnection open(Optional<Message> will) {
            if (isAway) {
                throw BenchFailure.of(FailureKind.PUBLISH, "reach the broker")
                        .actual("it is away")
                        .failure();
            }
            Connection opened = new Connection();
            connection = Optional.of(opened);
            return opened;
        }

        void die() {
            isAway = true;
            connection.orElseThrow().isBroken = true;
        }

        final class Connection implements BrokerConnection {
            final BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
            volatile boolean isBroken;

            @Override
            public void subscribe(String topicFilter) {
                subscribed.add(topicFilter);
                arrived.addAll(retained);
            }

            @Override
            public Optional<Message> next(Duration timeout) throws InterruptedException {
                return Optional.ofNullable(arrived.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
            }

            @Override
            public boolean isConnected() {
                return !isBroken;
            }

            @Override
            public void publish(Message message) {
                throw new AssertionError("a dashboard says nothing");
            }

            @Override
            public void send(Message message, Duration expiry) {
                throw new AssertionError("a dashboard says nothing");
            }

            @Override
            public void close() {}
        }
    }

    private BrokerFeed feed() {
        return new BrokerFeed(
                broker,
                "hilda/v1/#",
                new MessageReader(entries, new FakeHistory(), Clock.systemUTC()),
                entries,
                Clock.systemUTC(),
                remarks::add,
                new BrokerFeed.Pace(Duration.ofMillis(10), Duration.ofMillis(20)));
    }

    private static void await(Supplier<Boolean> isSo) throws InterruptedException {
        for (int attempt = 0; attempt < 2000 && !isSo.get(); attempt++) {
            Thread.sleep(5);
        }
        assertTrue(isSo.get());
    }

    private boolean isConnected() {
        return entries.get("broker")
                .map(told -> told.path("connected").asBoolean())
                .orElse(false);
    }

    private String bench() {
        return entries.get("bench/lab").map(told -> told.path("state").asText()).orElse("");
    }

    @Test
    void shouldSubscribeAnewAndKeepWhatItKnows() throws Exception {
        broker.retained.add(said("hilda/v1/lab/status", "online"));
        try (BrokerFeed feed = feed()) {
            feed.start();
            await(() -> bench().equals("online"));
            broker.die();
            await(() -> !isConnected());
            assertEquals("online", bench(), "what is known stays");
            broker.retained.set(0, said("hilda/v1/lab/status", "offline"));
            broker.isAway = false;
            await(() -> bench().equals("offline"));
            assertEquals(List.of("hilda/v1/#", "hilda/v1/#"), broker.subscribed);
        }
    }

    @Test
    void shouldSayOnceWhyThereIsNoBroker() throws Exception {
        broker.isAway = true;
        try (BrokerFeed feed = feed()) {
            feed.start();
            await(() -> !remarks.isEmpty());
            Thread.sleep(150);
            assertEquals(1, remarks.size());
            assertTrue(remarks.get(0).contains("it is away"), remarks.get(0));
            broker.isAway = false;
            await(this::isConnected);
            broker.die();
            await(() -> remarks.size() == 2);
        }
    }
}
