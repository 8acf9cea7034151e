// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.daemon.BenchConfiguration.BoardEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The boards that are attached and used now. One that has gone is kept for a while: it may only have been plugged in again,
 * and its job goes on then.
 */
final class BoardRoster {
    private static final Logger LOG = LoggerFactory.getLogger(BoardRoster.class);

    /** Looks at which a board is missed before it counts as gone. */
    private static final int LOOKS = 3;

    private final List<BoardEntry> entries;
    private final Function<BoardEntry, List<AttachedBoard>> search;
    private final Opening opening;
    private final Map<String, Present> present = new TreeMap<>();

    /** Begins to keep a board. */
    @FunctionalInterface
    interface Opening {
        /**
         * Begins.
         *
         * @return started
         */
        KeptBoard keep(BoardEntry entry, AttachedBoard board);
    }

    private static final class Present {
        private final KeptBoard board;
        private int missed;

        Present(KeptBoard board) {
            this.board = board;
        }
    }

    /**
     * Nothing is present yet.
     *
     * @param search finds what is attached of an entry's profile
     */
    BoardRoster(List<BoardEntry> entries, Function<BoardEntry, List<AttachedBoard>> search, Opening opening) {
        this.entries = List.copyOf(entries);
        this.search = search;
        this.opening = opening;
    }

    /**
     * Looks once.
     *
     * @param gone hears of a board that is given up, which is closed then
     */
    void look(Gone gone) throws InterruptedException {
        Map<String, Claim> claims = new TreeMap<>();
        // Entries with a serial number claim their board from those without.
        for (boolean isNamed : new boolean[] {true, false}) {
            for (BoardEntry entry : entries) {
                if (entry.serial().isPresent() == isNamed) {
                    claim(entry, claims);
                }
            }
        }
        dropMissing(claims.keySet(), gone);
        claims.forEach((serial, claim) -> {
            if (!isPresent(serial)) {
                LOG.info("found {} {}", claim.entry().profile(), serial);
                KeptBoard kept = opening.keep(claim.entry(), claim.board());
                synchronized (present) {
                    present.put(serial, new Present(kept));
                }
            }
        });
    }

    /** A board that is attached, and the entry that it is used by. */
    private record Claim(BoardEntry entry, AttachedBoard board) {}

    /** What is done about a board that has gone. */
    @FunctionalInterface
    interface Gone {
        void gone(String serial, KeptBoard board);
    }

    private void claim(BoardEntry entry, Map<String, Claim> claims) {
        for (AttachedBoard board : search.apply(entry)) {
            String serial = board.stLinkSerial();
            if (entry.serial().filter(named -> !named.equals(serial)).isEmpty()) {
                claims.putIfAbsent(serial, new Claim(entry, board));
            }
        }
    }

    private boolean isPresent(String serial) {
        synchronized (present) {
            return present.containsKey(serial);
        }
    }

    private void dropMissing(Set<String> found, Gone gone) throws InterruptedException {
        Map<String, KeptBoard> dropped = new TreeMap<>();
        synchronized (present) {
            present.forEach((serial, each) -> {
                each.missed = found.contains(serial) ? 0 : each.missed + 1;
                // Whoever has reserved it may well unplug it, and a run waits for its board itself.
                if (each.missed >= LOOKS && !each.board.keeper().isInUse()) {
                    dropped.put(serial, each.board);
                }
            });
            present.keySet().removeAll(dropped.keySet());
        }
        for (Map.Entry<String, KeptBoard> each : dropped.entrySet()) {
            LOG.warn("{} is gone", each.getKey());
            each.getValue().close(Duration.ZERO);
            gone.gone(each.getKey(), each.getValue());
        }
    }

    List<KeptBoard> boards() {
        synchronized (present) {
            return present.values().stream().map(each -> each.board).toList();
        }
    }

    /**
     * The board with that serial number.
     *
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when there is none
     */
    KeptBoard require(String serial) {
        synchronized (present) {
            Present found = present.get(serial);
            if (found == null) {
                throw BenchFailure.of(FailureKind.BENCH, "find the board " + serial)
                        .expected("one of " + present.keySet())
                        .actual("no such board at this bench")
                        .remedy("hilda board list shows the boards of a bench")
                        .failure();
            }
            return found.board;
        }
    }

    /** Ends all, at the same time. */
    void close(Duration grace) throws InterruptedException {
        List<Thread> ending = new ArrayList<>();
        for (KeptBoard board : boards()) {
            Thread thread = new Thread(() -> closeQuietly(board, grace), "closing");
            thread.start();
            ending.add(thread);
        }
        for (Thread thread : ending) {
            thread.join();
        }
        synchronized (present) {
            present.clear();
        }
    }

    private static void closeQuietly(KeptBoard board, Duration grace) {
        try {
            board.close(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
