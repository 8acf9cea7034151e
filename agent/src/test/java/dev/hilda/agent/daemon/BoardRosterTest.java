// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.daemon.BenchConfiguration.BoardEntry;
import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.result.ResultStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoardRosterTest {
    private final DaemonClock clock = new DaemonClock();
    private final List<String> attached = new ArrayList<>(List.of("A", "B"));
    private final List<String> log = new ArrayList<>();
    private final BoardRoster roster = new BoardRoster(
            List.of(entry(Optional.empty(), "any"), entry(Optional.of("B"), "own")), this::search, this::keep);

    private static BoardEntry entry(Optional<String> serial, String pool) {
        return new BoardEntry("profile", serial, pool, false, Optional.empty(), Optional.empty());
    }

    private List<AttachedBoard> search(BoardEntry entry) {
        return attached.stream()
                .map(serial -> new AttachedBoard(
                        serial,
                        "product",
                        new ProbeBackend.Usb(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.empty()))
                .toList();
    }

    private KeptBoard keep(BoardEntry entry, AttachedBoard board) {
        String serial = board.stLinkSerial();
        log.add("keep " + serial + " for " + entry.pool());
        BoardKeeper keeper = new BoardKeeper(
                serial,
                new IdleWork(),
                new BoardHealth(new Quarantine(2, 3, Duration.ofMinutes(5)), clock),
                new FakeLeases(clock),
                state -> {});
        KeptBoard kept = new KeptBoard(serial, entry, keeper, new LoggedQueue(serial));
        kept.start();
        return kept;
    }

    private final class LoggedQueue implements BoardQueue {
        private final String serial;

        LoggedQueue(String serial) {
            this.serial = serial;
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void close(Duration grace) {
            synchronized (log) {
                log.add("close " + serial + " within " + grace.toSeconds() + " s");
            }
        }
    }

    private static final class IdleWork implements BoardWork {
        @Override
        public void run(Job job, CancelToken token, ResultStore results, RunIds ids) {}

        @Override
        public Optional<String> check() {
            return Optional.empty();
        }

        @Override
        public void probation() {}

        @Override
        public RecoveryLadder ladder() {
            return new RecoveryLadder(List.of(), () -> {});
        }
    }

    private void look(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            roster.look((serial, board) -> log.add("gone " + serial));
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        roster.close(Duration.ZERO);
    }

    @Test
    void shouldKeepEachBoardOnceByItsOwnEntryFirst() throws InterruptedException {
        look(2);

        assertEquals(List.of("keep A for any", "keep B for own"), log);
        assertEquals(2, roster.boards().size());
    }

    @Test
    void shouldGiveUpABoardThatStaysAway() throws InterruptedException {
        look(1);
        attached.remove("A");
        look(2);
        assertEquals(2, roster.boards().size());
        look(1);

        assertEquals(List.of("keep A for any", "keep B for own", "close A within 0 s", "gone A"), log);
        assertThrows(BenchFailure.class, () -> roster.require("A"));
        attached.add("A");
        look(1);
        assertEquals("keep A for any", log.get(4));
    }

    /** Plugged in again within a moment, it is the same board, and its job goes on. */
    @Test
    void shouldNotMindABoardThatIsPluggedInAgain() throws InterruptedException {
        look(1);
        attached.remove("A");
        look(2);
        attached.add("A");
        look(1);
        attached.remove("A");
        look(2);

        assertEquals(2, log.size());
    }

    @Test
    void shouldNotGiveUpABoardThatSomebodyHas() throws InterruptedException {
        look(1);
        roster.require("A").keeper().reserve(new Reservation("ada", "why", Duration.ofHours(1), false));
        attached.remove("A");
        look(10);

        assertEquals(2, roster.boards().size());
    }

    @Test
    void shouldEndAllBoardsWithTheirGrace() throws InterruptedException {
        look(1);
        roster.close(Duration.ofSeconds(7));

        assertEquals(
                List.of("close A within 7 s", "close B within 7 s"),
                log.subList(2, 4).stream().sorted().toList());
        assertEquals(List.of(), roster.boards());
    }
}
