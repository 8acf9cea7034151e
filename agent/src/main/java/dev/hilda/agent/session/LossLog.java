// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.protocol.LinkStatistics;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what goes wrong on the line while it does, at most once a second. */
final class LossLog {
    private static final Logger LOG = LoggerFactory.getLogger(LossLog.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final String board;
    private final Clock clock;
    private long logged;
    private long lastLogged;

    LossLog(String board, Clock clock) {
        this.board = board;
        this.clock = clock;
        this.lastLogged = clock.nanoTime() - INTERVAL.toNanos();
    }

    /** @param now what has been counted since the session's begin */
    void hear(LinkStatistics now) {
        long losses = now.crcErrors() + now.resyncs() + now.retransmits() + now.gaps();
        if (losses != logged && clock.since(lastLogged).compareTo(INTERVAL) >= 0) {
            LOG.warn(
                    "{}: so far {} frames sent again, {} with a wrong checksum, {} malformed, {} missing",
                    board,
                    now.retransmits(),
                    now.crcErrors(),
                    now.resyncs(),
                    now.gaps());
            logged = losses;
            lastLogged = clock.nanoTime();
        }
    }
}
