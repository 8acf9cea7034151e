// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.daemon.BenchAgent;
import dev.hilda.agent.daemon.BenchConfiguration;
import dev.hilda.agent.daemon.NightDesk;
import dev.hilda.agent.night.BoardNow;
import dev.hilda.agent.night.NightJudge;
import dev.hilda.agent.night.NightOrder;
import dev.hilda.agent.night.NightPlanner;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.report.MorningJson;
import dev.hilda.agent.store.CronTime;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.SuiteSchedules;
import dev.hilda.agent.suite.Suite;
import dev.hilda.agent.suite.SuiteReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nights of a bench: started by their schedules or when somebody asks, judged when they have ended, and told. */
final class AgentNights implements NightDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentNights.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final String BY_SCHEDULE = "schedule";

    private final Map<String, Suite> suites;
    private final Store store;
    private final SuiteOrders orders;
    private final BenchAgent agent;
    private final NightPlanner planner;
    private final NightJudge judge;
    private final MorningNews news;
    private final SuiteSchedules schedules;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread judging = new Thread(this::watch, "nights");

    private AgentNights(
            BenchConfiguration configuration,
            Map<String, Suite> suites,
            Store store,
            SuiteOrders orders,
            BenchAgent agent) {
        this.suites = suites;
        this.store = store;
        this.orders = orders;
        this.agent = agent;
        this.planner = new NightPlanner(store.nights(), configuration.bench());
        this.judge = new NightJudge(store, configuration.bench(), MorningJson::write, Clock.systemUTC());
        this.news = new MorningNews(configuration, agent::say, orders.remarks());
        news.remember(store.nights().list(Optional.empty(), MorningNews.REMEMBERED));
        Map<String, CronTime> times = new LinkedHashMap<>();
        suites.forEach((name, suite) -> suite.schedule().ifPresent(time -> times.put(name, time)));
        this.schedules = store.startSuites(configuration.bench(), times, this::due);
    }

    static AgentNights start(
            BenchConfiguration configuration,
            Map<String, Suite> suites,
            Store store,
            SuiteOrders orders,
            BenchAgent agent) {
        AgentNights nights = new AgentNights(configuration, suites, store, orders, agent);
        nights.judging.setDaemon(true);
        nights.judging.start();
        return nights;
    }

    /**
     * Reads the suites that a configuration names, by their names.
     *
     * @throws BenchFailure with what is wrong with one of them
     */
    static Map<String, Suite> read(BenchConfiguration configuration) {
        Map<String, Suite> suites = new LinkedHashMap<>();
        for (Path file : configuration.nights().suites()) {
            Suite suite = SuiteReader.read(file);
            if (suites.putIfAbsent(suite.name(), suite) != null) {
                throw BenchFailure.of(FailureKind.CONFIGURATION, "use the suite " + file)
                        .expected("each suite's name once")
                        .actual(suite.name() + " again")
                        .remedy("give it another name")
                        .failure();
            }
        }
        return suites;
    }

    private void due(String suite) {
        try {
            start(suite, BY_SCHEDULE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            orders.remarks().accept("suite " + suite + " was not started: " + e.getMessage());
            throw e;
        }
    }

    @Override
    public Optional<Night> start(String name, String startedBy) throws InterruptedException {
        Suite suite = suites.get(name);
        return suite == null ? Optional.empty() : Optional.of(start(orders.order(suite), startedBy));
    }

    @Override
    public Night start(NightOrder order, String startedBy) {
        Night night = planner.plan(order, startedBy);
        orders.remarks()
                .accept("suite " + night.suite() + ": night " + night.id() + " is planned, started by " + startedBy);
        return night;
    }

    private void watch() {
        try {
            do {
                try {
                    judge.look(boards()).forEach(this::tell);
                } catch (RuntimeException e) {
                    LOG.warn("looking after nights failed; it is tried again", e);
                }
            } while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debug("nobody looks after nights any more");
        }
    }

    private List<BoardNow> boards() {
        return agent.boards().stream()
                .map(board -> new BoardNow(board.serial(), board.profile(), board.state(), board.holder()))
                .toList();
    }

    private void tell(Morning morning) {
        news.tell(morning);
    }

    @Override
    public List<SuiteView> suites() {
        return suites.values().stream()
                .map(suite -> new SuiteView(
                        suite.name(),
                        suite.schedule().map(CronTime::toString),
                        schedules.next(suite.name()).map(Instant::toString)))
                .toList();
    }

    @Override
    public Optional<Night> find(String id) {
        return store.nights().find(id);
    }

    @Override
    public List<Night> list(Optional<String> suite, int limit) {
        return store.nights().list(suite, limit);
    }

    @Override
    public Night.Progress progress(String id) {
        return store.nights().progress(id);
    }

    @Override
    public void close() {
        schedules.close();
        closing.countDown();
        try {
            judging.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
