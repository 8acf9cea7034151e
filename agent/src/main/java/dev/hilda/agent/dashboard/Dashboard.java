// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A dashboard without its server: what it hears, remembers and answers. */
public final class Dashboard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
    private static final int MOST_ENTRIES = 5000;
    private static final int MOST_CHANGES = 2000;
    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final String CONTROL = "control/";

    private final Entries entries = new Entries(MOST_ENTRIES, MOST_CHANGES);
    private final DashboardSite site;
    private final BoardControl control;
    private final Optional<BrokerFeed> feed;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Begins to listen; returns at once.
     *
     * @param broker who tells what benches publish; without one the page has only history
     * @param bench only what this one publishes
     * @param remarks hears why there is no broker
     */
    public Dashboard(
            Optional<BrokerConnection.Source> broker,
            Optional<String> bench,
            History history,
            BoardControl control,
            Door door,
            Consumer<String> remarks) {
        Clock clock = Clock.systemUTC();
        this.site = new DashboardSite(entries, history, control, door);
        this.control = control;
        MessageReader reader = new MessageReader(entries, history, clock);
        this.feed = broker.map(connections -> new BrokerFeed(
                connections,
                Topics.filter(bench, Optional.empty()),
                reader,
                entries,
                clock,
                remarks,
                BrokerFeed.Pace.USUAL));
        feed.ifPresent(BrokerFeed::start);
        if (control != BoardControl.NONE) {
            Thread looking = new Thread(this::lookForBoards, "dashboard-boards");
            looking.setDaemon(true);
            looking.start();
        }
    }

    public List<Route> routes() {
        return site.routes();
    }

    private void lookForBoards() {
        try {
            do {
                putBoards(control.boards());
            } while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Nobody interrupts it but a program that ends.
        }
    }

    private void putBoards(Map<String, Set<String>> boards) {
        try {
            for (String key : entries.snapshot().values().keySet()) {
                if (key.startsWith(CONTROL) && !boards.containsKey(key.substring(CONTROL.length()))) {
                    entries.remove(key);
                }
            }
            boards.forEach((bench, serials) -> {
                ObjectNode value = Documents.JSON.createObjectNode().put("path", control.path(bench));
                serials.stream().sorted().forEach(value.putArray("serials")::add);
                entries.put(CONTROL + bench, value);
            });
        } catch (BenchFailure e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** Ends what listens; who reads events is ended by the server. */
    @Override
    public void close() {
        closing.countDown();
        site.close();
        feed.ifPresent(BrokerFeed::close);
    }
}
