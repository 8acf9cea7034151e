// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Hello.ClockSource;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.agent.testing.VirtualClock;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClockCheckTest {
    private final VirtualClock time = new VirtualClock();
    private final FakeBoard board = FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard(), time);
    private final BoardSession session = new BoardSession(
            new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
            SmallNetwork.DEPLOYMENT.expected(),
            "fake",
            board.link(),
            new Random(1)::nextInt,
            time,
            SessionPatience.STANDARD,
            state -> {});

    /** The host's clock, so many times as fast as the board's; each look at it takes some time. */
    private Clock host(double rate, Duration look) {
        long origin = time.nanoTime();
        return new Clock() {
            @Override
            public long nanoTime() {
                try {
                    time.sleep(look);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return origin + Math.round((time.nanoTime() - origin) * rate);
            }

            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                time.sleep(duration);
            }
        };
    }

    private interface Meanwhile {
        Greeting happen(Greeting said) throws InterruptedException;
    }

    private ClockComparison compare(double rate, Duration look, Meanwhile meanwhile) throws InterruptedException {
        Greeting said = greet();
        ClockCheck check = new ClockCheck(true, host(rate, look), ClockCheck.WINDOW);
        check.begin(session, said);
        return check.end(session, meanwhile.happen(said)).orElseThrow();
    }

    private Greeting greet() throws InterruptedException {
        session.flash(
                (image, progress) -> new Flasher.Report(1, 0, Duration.ZERO),
                SmallNetwork.DEPLOYMENT.image(),
                Progress.SILENT);
        return session.hello();
    }

    private ClockComparison compare(double rate) throws InterruptedException {
        return compare(rate, Duration.ZERO, said -> said);
    }

    private static Optional<BenchFailure> failure(ClockComparison found, ClockSource source) {
        return ClockCheck.failure(found, source, "fake");
    }

    @Test
    void shouldMeasureTheClockOverTenSeconds() throws Exception {
        ClockComparison found = compare(1);
        assertEquals(480e6, found.measuredHz(), 480);
        assertTrue(found.hostDuration().compareTo(Duration.ofSeconds(10)) >= 0, found.toString());
        assertEquals(Optional.empty(), failure(found, ClockSource.HSE_BYPASS));
    }

    @Test
    void shouldBearWhatACrystalMayBeOff() throws Exception {
        ClockComparison found = compare(1.0045);
        assertEquals(480e6 / 1.0045, found.measuredHz(), 480);
        assertEquals(Optional.empty(), failure(found, ClockSource.HSE_BYPASS));
    }

    @Test
    void shouldRefuseAClockThatIsOff() throws Exception {
        ClockComparison found = compare(1.006);
        BenchFailure failure = failure(found, ClockSource.HSE_BYPASS).orElseThrow();
        assertEquals(FailureKind.BENCH, failure.kind());
        assertTrue(failure.actual().orElseThrow().startsWith("477.137 MHz ± "), failure.getMessage());
        assertEquals(Optional.empty(), failure(found, ClockSource.HSI), "nobody says that this one is exact");
    }

    @Test
    void shouldNotRefuseWhatTheHostDoesNotKnowForCertain() throws Exception {
        ClockComparison found = compare(1.006, Duration.ofMillis(30), said -> said);
        assertTrue(found.uncertaintyHz() > 0.001 * 480e6, found.toString());
        assertFalse(found.isOff(), found.toString());
    }

    @Test
    void shouldBeginAnewAfterARestart() throws Exception {
        ClockComparison found = compare(1, Duration.ZERO, said -> {
            time.sleep(Duration.ofSeconds(60));
            return session.resetAndHello(said);
        });
        assertEquals(480e6, found.measuredHz(), 480);
        assertTrue(found.hostDuration().compareTo(Duration.ofSeconds(12)) < 0, "since the restart: " + found);
    }

    @Test
    void shouldSayNothingOfAnEstimate() throws Exception {
        Greeting said = greet();
        ClockCheck check = ClockCheck.of(Timing.ESTIMATED, Clock.SYSTEM);
        check.begin(session, said);
        assertEquals(Optional.empty(), check.end(session, said));
    }
}
