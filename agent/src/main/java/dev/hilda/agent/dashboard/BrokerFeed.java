// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Listens to a broker as long as it runs. When the broker goes it connects again, each time anew, and subscribes again: then
 * the broker tells once more what it keeps.
 */
final class BrokerFeed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final String ENTRY = "broker";

    private final BrokerConnection.Source connections;
    private final String filter;
    private final MessageReader reader;
    private final Entries entries;
    private final Clock clock;
    private final Consumer<String> remarks;
    private final Pace pace;
    private final Thread worker = new Thread(this::listen, "dashboard-feed");
    private final CountDownLatch closing = new CountDownLatch(1);
    private String lastRemark = "";

    /**
     * How long it waits before a broker is tried again.
     *
     * @param shortest the first time; each time twice as long
     */
    record Pace(Duration shortest, Duration longest) {
        static final Pace USUAL = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    /**
     * Not yet started.
     *
     * @param filter of topics
     * @param remarks hears, once, why there is no broker
     */
    BrokerFeed(
            BrokerConnection.Source connections,
            String filter,
            MessageReader reader,
            Entries entries,
            Clock clock,
            Consumer<String> remarks,
            Pace pace) {
        this.connections = connections;
        this.filter = filter;
        this.reader = reader;
        this.entries = entries;
        this.clock = clock;
        this.remarks = remarks;
        this.pace = pace;
    }

    void start() {
        tell(false, "still connecting");
        worker.setDaemon(true);
        worker.start();
    }

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

    private void listen() {
        Duration wait = pace.shortest();
        try {
            do {
                wait = listenOnce() ? pace.shortest() : longer(wait);
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
    private boolean listenOnce() throws InterruptedException {
        boolean wasThere = false;
        try (BrokerConnection connection = connections.open(Optional.empty())) {
            connection.subscribe(filter);
            wasThere = true;
            lastRemark = "";
            tell(true, "");
            while (connection.isConnected() && closing.getCount() > 0) {
                Optional<Message> heard = connection.next(POLL);
                heard.ifPresent(reader::accept);
            }
            tell(false, "it has gone");
        } catch (BenchFailure failure) {
            String reason = String.valueOf(failure.getMessage());
            tell(false, reason.lines().findFirst().orElse(""));
            if (!reason.equals(lastRemark)) {
                remarks.accept(reason);
                lastRemark = reason;
            }
        }
        return wasThere;
    }

    private void tell(boolean isConnected, String reason) {
        boolean isSame = entries.get(ENTRY)
                .filter(known -> known.path("connected").asBoolean() == isConnected
                        && known.path("reason").asText().equals(reason))
                .isPresent();
        if (!isSame) {
            ObjectNode told = Documents.JSON.createObjectNode();
            told.put("connected", isConnected)
                    .put("reason", reason)
                    .put("since", clock.instant().toString());
            entries.put(ENTRY, told);
        }
    }
}
