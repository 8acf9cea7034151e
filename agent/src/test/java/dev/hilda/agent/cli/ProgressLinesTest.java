// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.board.Clock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
    private final StringWriter out = new StringWriter();
    private long seconds;

    private final ProgressLines lines = new ProgressLines(new PrintWriter(out, true), new Clock() {
        @Override
        public long nanoTime() {
            return TimeUnit.SECONDS.toNanos(seconds);
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    });

    @Test
    void shouldSayWhenAStepEndsOnlyWhereSomethingIsJudgedBy() {
        advance(5, 2);
        advance(8, 99);
        advance(10, 100);
        advance(15, 1000);
        assertEquals("""
                hilda: calibrate: 0%
                hilda: calibrate: 9%
                hilda: calibrate: 10%, about 90 s left
                hilda: calibrate: done in 15.0 s
                """, out.toString());
    }

    @Test
    void shouldJudgeASlowStepByItsTime() {
        advance(29, 10);
        advance(31, 10);
        assertEquals("hilda: calibrate: 1%\nhilda: calibrate: 1%, about 52 min left\n", out.toString());
    }

    private void advance(long atSeconds, long done) {
        seconds = atSeconds;
        lines.advance("calibrate", done, 1000);
    }
}
