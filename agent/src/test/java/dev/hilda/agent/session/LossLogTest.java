// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.protocol.LinkStatistics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LossLogTest {
    private static final long MILLISECOND = 1_000_000;

    private final Logger logger = (Logger) LoggerFactory.getLogger(LossLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private long nanos = Long.MAX_VALUE - 500 * MILLISECOND; // nanoTime may wrap

    private final Clock clock = new Clock() {
        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Instant now() {
            throw new AssertionError("the time of day may be set back");
        }
    };

    private final LossLog losses = new LossLog("nucleo", clock);

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.WARN);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    @Test
    void shouldSayAtOnceWhatWasLost() {
        losses.hear(counted(3, 5, 7, 9));
        assertEquals(
                List.of("nucleo: so far 7 frames sent again, 3 with a wrong checksum, 5 malformed, 9 missing"),
                lines());
    }

    @Test
    void shouldHearEveryKindOfLoss() {
        for (LinkStatistics counted :
                List.of(counted(1, 0, 0, 0), counted(1, 1, 0, 0), counted(1, 1, 1, 0), counted(1, 1, 1, 1))) {
            losses.hear(counted);
            nanos += 1000 * MILLISECOND;
        }
        assertEquals(4, lines().size(), lines().toString());
    }

    @Test
    void shouldSayNothingWhileNothingMoreIsLost() {
        losses.hear(counted(0, 0, 0, 0));
        losses.hear(counted(0, 0, 1, 0));
        nanos += 5000 * MILLISECOND;
        losses.hear(counted(0, 0, 1, 0));
        assertEquals(1, lines().size(), lines().toString());
    }

    @Test
    void shouldSpeakOnceASecond() {
        for (int lost = 1; lost <= 25; lost++) {
            losses.hear(counted(lost, 0, 0, 0));
            nanos += 100 * MILLISECOND;
        }
        assertEquals(
                List.of(1, 11, 21),
                lines().stream()
                        .map(line -> Integer.valueOf(line.replaceAll(".*again, (\\d+) with.*", "$1")))
                        .toList());
    }

    /** Duplicates and time-outs show as what is sent again. */
    private static LinkStatistics counted(long crcErrors, long resyncs, long retransmits, long gaps) {
        return new LinkStatistics(100, 100, 10, 10, crcErrors, resyncs, retransmits, 4, gaps, 4);
    }

    private List<String> lines() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
