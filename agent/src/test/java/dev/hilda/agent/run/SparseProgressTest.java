// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.board.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparseProgressTest {
    private static final long MILLISECOND = 1_000_000;

    private final List<String> passed = new ArrayList<>();
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

    private final SparseProgress progress =
            new SparseProgress(clock, (step, done, total) -> passed.add(step + " " + done + "/" + total));

    @Test
    void shouldPassOnOnceASecond() {
        for (int image = 1; image < 50; image++) {
            nanos += 100 * MILLISECOND;
            progress.advance("images", image, 50);
        }
        assertEquals(List.of("images 10/50", "images 20/50", "images 30/50", "images 40/50"), passed);
    }

    @Test
    void shouldPassOnTheEndOfEveryStep() {
        progress.advance("erase", 1, 2);
        progress.advance("erase", 2, 2);
        progress.advance("program", 1, 2);
        progress.advance("program", 2, 2);
        assertEquals(List.of("erase 2/2", "program 2/2"), passed);
    }

    @Test
    void shouldCountTheSecondFromTheEndOfAStepToo() {
        nanos += 900 * MILLISECOND;
        progress.advance("erase", 2, 2);
        nanos += 900 * MILLISECOND;
        progress.advance("program", 1, 2);
        nanos += 100 * MILLISECOND;
        progress.advance("program", 1, 2);
        assertEquals(List.of("erase 2/2", "program 1/2"), passed);
    }
}
