// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.ClockSource;
import dev.hilda.profile.Timing;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the board's clock against the host's over a run: cycles of a clock that is not what the board says it is are no
 * time. Only silicon has a clock that the host's says something of.
 */
public final class ClockCheck {
    static final Duration WINDOW = Duration.ofSeconds(10);

    /** The quickest of so many answers says best when the board looked at its clock. */
    private static final int QUESTIONS = 5;

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final double HZ_PER_MHZ = 1e6;

    private final boolean applies;
    private final Clock clock;
    private final Duration window;
    private @Nullable Reading first;

    /**
     * A moment at which both clocks were read.
     *
     * @param cycles that the board had counted
     * @param atNanos by the host's clock, in the middle of the question
     * @param halfNanos how far off that may be
     */
    private record Reading(long cycles, long atNanos, long halfNanos, Hello hello) {}

    /**
     * A check of one run.
     *
     * @param timing of the board's profile
     * @param clock that goes on while this process is stopped
     */
    public static ClockCheck of(Timing timing, Clock clock) {
        return new ClockCheck(timing == Timing.MEASURED, clock, WINDOW);
    }

    /** @param applies whether the board's clock is one that the host's says something of */
    ClockCheck(boolean applies, Clock clock, Duration window) {
        this.applies = applies;
        this.clock = clock;
        this.window = window;
    }

    /** What is timed begins now. */
    void begin(BoardSession session, Greeting said) throws InterruptedException {
        if (applies) {
            first = read(session, said);
        }
    }

    /**
     * What is timed has ended. Waits where that was too short to tell, or where the board has restarted meanwhile and
     * counts anew.
     *
     * @param said what the board said last
     * @return empty where the check does not apply
     */
    Optional<ClockComparison> end(BoardSession session, Greeting said) throws InterruptedException {
        Reading start = first;
        if (start == null) {
            return Optional.empty();
        }
        if (start.hello().isOfAnotherBoot(said.hello())) {
            start = read(session, said);
        }
        Reading last = read(session, said);
        while (last.atNanos() - start.atNanos() < window.toNanos()) {
            clock.sleep(PAUSE); // With questions in between, so that the board does not take the host for gone.
            last = read(session, said);
        }
        return Optional.of(new ClockComparison(
                last.cycles() - start.cycles(),
                Duration.ofNanos(last.atNanos() - start.atNanos()),
                Duration.ofNanos(start.halfNanos() + last.halfNanos()),
                said.hello().cpuHz()));
    }

    private Reading read(BoardSession session, Greeting said) throws InterruptedException {
        Reading best = ask(session, said);
        for (int question = 1; question < QUESTIONS; question++) {
            Reading next = ask(session, said);
            best = next.halfNanos() < best.halfNanos() ? next : best;
        }
        return best;
    }

    private Reading ask(BoardSession session, Greeting said) throws InterruptedException {
        long asked = clock.nanoTime();
        long cycles = session.statistics().uptimeCycles();
        long half = (clock.nanoTime() - asked) / 2;
        return new Reading(cycles, asked + half, half, said.hello());
    }

    /**
     * Why a run with this comparison is a failed one. On the internal oscillator it is none: nobody says that it is exact.
     *
     * @param board the board, as messages name it
     */
    static Optional<BenchFailure> failure(ClockComparison found, ClockSource source, String board) {
        if (!found.isOff() || source == ClockSource.HSI) {
            return Optional.empty();
        }
        return Optional.of(BenchFailure.of(FailureKind.BENCH, "time by the board's clock")
                .board(board)
                .expected(String.format(
                        Locale.ROOT, "%.3f MHz within 0.5 %%, as the board says", found.nominalHz() / HZ_PER_MHZ))
                .actual(inWords(found))
                .remedy(
                        "run again; if it stays so, the clock that the ST-Link gives the chip is not 8 MHz (solder bridges,"
                                + " a crystal), or this host's clock is being set")
                .failure());
    }

    /** For example {@code 475.200 MHz ± 0.120 by the host's clock, over 10.2 s}. */
    static String inWords(ClockComparison found) {
        return String.format(
                Locale.ROOT,
                "%.3f MHz ± %.3f by the host's clock, over %.1f s",
                found.measuredHz() / HZ_PER_MHZ,
                found.uncertaintyHz() / HZ_PER_MHZ,
                found.hostDuration().toMillis() / 1e3);
    }
}
