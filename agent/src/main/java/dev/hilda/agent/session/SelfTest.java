package dev.hilda.agent.session;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Statistics;
import java.util.SplittableRandom;

/** The acceptance run of a board: flash, hello, echo, statistics, reset, hello again. */
public final class SelfTest {
    private final BoardSession session;
    private final Clock clock;
    private final Progress progress;

    public SelfTest(BoardSession session, Clock clock, Progress progress) {
        this.session = session;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Runs every step; the first failure ends it.
     *
     * @param echoBytes how many bytes to echo, at least 1
     * @param seed of the echoed bytes
     */
    public SelfTestReport run(Flasher flasher, FirmwareImage image, int echoBytes, long seed)
            throws InterruptedException {
        long started = clock.nanoTime();
        Flasher.Report flash = session.flash(flasher, image, progress);
        Greeting greeting = session.hello();
        progress.advance("hello", 1, 1);
        Statistics before = session.statistics();
        long countedFrom = clock.nanoTime();
        EchoReport echo = session.echo(randomBytes(echoBytes, seed), progress);
        Statistics after = session.statistics();
        ClockComparison clocks = new ClockComparison(
                after.uptimeCycles() - before.uptimeCycles(),
                clock.since(countedFrom),
                greeting.hello().cpuHz());
        session.resetAndHello(greeting);
        progress.advance("reset", 1, 1);
        session.finish();
        return new SelfTestReport(flash, image.sha256(), greeting, echo, seed, after, clocks, clock.since(started));
    }

    private static byte[] randomBytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
