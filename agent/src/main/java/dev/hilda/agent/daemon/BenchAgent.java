// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.daemon.BenchConfiguration.BoardEntry;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BenchVoice;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.WornFlash;
import dev.hilda.agent.run.Attendance;
import dev.hilda.agent.run.BenchHost;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.KeptImages;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bench as a service: finds its boards, gives each a keeper and a queue, and says over MQTT what they are there for. What
 * is asked over HTTP is answered by {@link BenchApi}.
 */
public final class BenchAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BenchAgent.class);

    private final BenchConfiguration configuration;
    private final Map<String, BoardProfile> profiles;
    private final HostBench host;
    private final BenchHost self;
    private final BenchStores stores;
    private final JobFiles files;
    private final Path rates;
    private final Optional<BenchVoice> voice;
    private final BoardRoster roster;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread looking = new Thread(this::look, "discovery");

    private BenchAgent(
            BenchConfiguration configuration,
            Map<String, BoardProfile> profiles,
            HostBench host,
            BenchHost self,
            BenchStores stores,
            JobFiles files,
            Path rates) {
        this.configuration = configuration;
        this.profiles = Map.copyOf(profiles);
        this.host = host;
        this.self = self;
        this.stores = stores;
        this.files = files;
        this.rates = rates;
        this.voice = configuration
                .broker()
                .map(broker -> BenchVoice.start(
                        broker,
                        configuration.bench(),
                        () -> stores.latest(configuration.bench()).stream()
                                .flatMap(result -> ResultMessages.of(result).stream())
                                .filter(Message::retained)
                                .toList(),
                        stores::sendWaiting));
        this.roster = new BoardRoster(configuration.boards(), this::search, this::keep);
    }

    /**
     * Starts.
     *
     * @param profiles of the configuration's boards, by their names
     * @param host how boards are reached, and where results go
     * @param files of jobs on this host
     * @param rates file of line rates
     */
    public static BenchAgent start(
            BenchConfiguration configuration,
            Map<String, BoardProfile> profiles,
            HostBench host,
            BenchHost self,
            BenchStores stores,
            JobFiles files,
            Path rates) {
        for (BoardEntry entry : configuration.boards()) {
            if (!entry.allowsUntested()) {
                HostBench.requireVerified(profile(profiles, entry));
            }
        }
        BenchAgent agent = new BenchAgent(configuration, profiles, host, self, stores, files, rates);
        agent.looking.setDaemon(true);
        agent.looking.start();
        return agent;
    }

    private static BoardProfile profile(Map<String, BoardProfile> profiles, BoardEntry entry) {
        return Optional.ofNullable(profiles.get(entry.profile())).orElseThrow();
    }

    private void look() {
        try {
            do {
                try {
                    roster.look(this::sayGone);
                } catch (RuntimeException failure) {
                    LOG.error("looking for boards failed; it is tried again", failure);
                }
            } while (!closing.await(configuration.patience().discovery().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debug("discovery ends");
        }
    }

    private List<RecoveryLadder.Rung> rungs(BoardEntry entry, BoardProfile profile, String serial) {
        String board = profile.name() + " (ST-Link " + serial + ")";
        return RecoveryLadder.afterReset(
                host.discovery().usbReset(profile, serial, Clock.SYSTEM).map(reset -> reset::run),
                entry.power().map(power -> new SwitchedPower(power, board, Clock.SYSTEM)::cycle));
    }

    private List<AttachedBoard> search(BoardEntry entry) {
        return host.discovery().find(profile(profiles, entry)).boards();
    }

    private KeptBoard keep(BoardEntry entry, AttachedBoard found) {
        String serial = found.stLinkSerial();
        BoardProfile profile = profile(profiles, entry);
        BoardWork work = new AttachedBoardWork(
                () -> request(entry, serial),
                new KeptImages(host, stores.flashes(), Attendance.UNATTENDED),
                rungs(entry, profile, serial),
                entry.probation(),
                stores,
                files,
                BuildCache.ofUser(host.environment()),
                rates);
        Topics topics = Topics.of(configuration.bench(), profile.name(), serial);
        BoardKeeper[] keeper = new BoardKeeper[1];
        keeper[0] = new BoardKeeper(
                serial,
                work,
                new BoardHealth(configuration.quarantine(), Clock.SYSTEM),
                stores.leases(),
                state -> say(topics, state, keeper[0]));
        KeptBoard kept = new KeptBoard(serial, entry, keeper[0], stores.queue(entry.pool(), serial, keeper[0]));
        kept.start();
        return kept;
    }

    /** The board as it is attached now: plugged in again, its port may be another. */
    private RunRequest request(BoardEntry entry, String serial) {
        AttachedBoard attached = search(entry).stream()
                .filter(board -> board.stLinkSerial().equals(serial))
                .findFirst()
                .orElseThrow(() -> BenchFailure.of(FailureKind.BENCH, "reach the board")
                        .board(entry.profile() + " (ST-Link " + serial + ")")
                        .expected("a board that is attached")
                        .actual("it is gone")
                        .remedy("plug it in again")
                        .failure());
        return new RunRequest(
                profile(profiles, entry),
                attached,
                configuration.bench(),
                self,
                new SessionPatience(
                        configuration.patience().silence(),
                        configuration.patience().silence()),
                stores.results(),
                BoardAccess.GIVEN);
    }

    /** A run says itself what its board does. */
    private void say(Topics topics, KeptState state, BoardKeeper keeper) {
        Optional<BoardState> told = switch (state) {
            case BUSY -> Optional.empty();
            case READY, CHECKING -> Optional.of(BoardState.IDLE);
            case RESERVED -> Optional.of(BoardState.RESERVED);
            case QUARANTINED -> Optional.of(BoardState.QUARANTINED);
        };
        if (told.isEmpty() || voice.isEmpty()) {
            return;
        }
        BoardView view = keeper.view(configuration.bench(), "", "");
        Map<String, Object> details = new HashMap<>();
        worn(view.serial()).ifPresent(worn -> {
            details.put("flash_erases_max", worn.erases());
            details.put("flash_endurance_cycles", worn.enduranceCycles());
        });
        if (told.get() != BoardState.IDLE) {
            view.holder().ifPresent(holder -> details.put("holder", holder));
            view.reason().ifPresent(reason -> details.put("reason", reason));
            view.untilMs()
                    .ifPresent(until ->
                            details.put("until", Instant.ofEpochMilli(until).toString()));
        }
        voice.get().say(Message.state(topics.boardStatus(), told.get(), details));
    }

    private void sayGone(String serial, KeptBoard board) {
        Topics topics = Topics.of(configuration.bench(), board.entry().profile(), serial);
        voice.ifPresent(open -> open.say(Message.state(topics.boardStatus(), BoardState.LOST)));
    }

    /** Says something that the broker keeps, where there is one in the configuration. */
    public void say(Message message) {
        voice.ifPresent(open -> open.say(message));
    }

    /** The boards of this bench. */
    public List<BoardView> boards() {
        return roster.boards().stream()
                .map(board -> board.view(configuration.bench()))
                .map(view -> worn(view.serial()).map(view::worn).orElse(view))
                .toList();
    }

    /** How many boards this bench has. */
    public int boardCount() {
        return roster.boards().size();
    }

    /** Empty too while the store is away: what a board is there for is told all the same. */
    private Optional<WornFlash> worn(String serial) {
        try {
            return stores.flashes().worn(serial);
        } catch (BenchFailure away) {
            LOG.debug("the wear of {} is not known", serial, away);
            return Optional.empty();
        }
    }

    /**
     * Has a board reserved, at the end of the job that runs on it or at once.
     *
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when there is no such board, or somebody else has it
     */
    public void reserve(String serial, Reservation reservation) {
        roster.require(serial).keeper().reserve(reservation);
    }

    /** Takes a board back that was reserved, or out of quarantine. */
    public void release(String serial) {
        roster.require(serial).keeper().release();
    }

    /** Whether the broker is there; empty without one in the configuration. */
    public Optional<Boolean> isBrokerConnected() {
        return voice.map(BenchVoice::isConnected);
    }

    /** Ends: jobs in work may take the configuration's time to end, and are given back then. */
    @Override
    public void close() {
        closing.countDown();
        try {
            looking.join();
            roster.close(configuration.patience().stop());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        voice.ifPresent(BenchVoice::close);
        try {
            files.close();
        } catch (IOException e) {
            LOG.warn("what is left of jobs was not removed; the next start tries again", e);
        }
    }
}
