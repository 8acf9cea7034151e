// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.daemon.BenchConfiguration.BoardEntry;
import dev.hilda.agent.jobs.BoardQueue;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A board with its keeper, its queue, and a thread that tends it until it is closed. */
final class KeptBoard {
    private static final Logger LOG = LoggerFactory.getLogger(KeptBoard.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final BoardEntry entry;
    private final BoardKeeper keeper;
    private final BoardQueue queue;
    private final Thread attendant;
    private boolean isPaused = true;

    /** @param queue paused until the board may have jobs */
    KeptBoard(String serial, BoardEntry entry, BoardKeeper keeper, BoardQueue queue) {
        this.entry = entry;
        this.keeper = keeper;
        this.queue = queue;
        this.attendant = new Thread(this::attend, "board-" + serial);
    }

    void start() {
        attendant.setDaemon(true);
        attendant.start();
    }

    BoardEntry entry() {
        return entry;
    }

    BoardKeeper keeper() {
        return keeper;
    }

    BoardView view(String bench) {
        return keeper.view(bench, entry.profile(), entry.pool());
    }

    /**
     * Ends the queue and everything that is done with the board.
     *
     * @param grace how long a job in work may take to end
     */
    void close(Duration grace) throws InterruptedException {
        queue.close(grace);
        attendant.interrupt();
        attendant.join();
    }

    private void attend() {
        try {
            while (true) {
                tend();
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", attendant.getName());
        }
    }

    private void tend() throws InterruptedException {
        try {
            keeper.tend();
            boolean takesJobs = keeper.takesJobs();
            if (takesJobs == isPaused) {
                isPaused = !takesJobs;
                if (isPaused) {
                    queue.pause();
                } else {
                    queue.resume();
                }
            }
        } catch (RuntimeException defect) {
            // The other boards go on, and this one is tried again.
            LOG.error("{}", attendant.getName(), defect);
        }
    }
}
