// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Statistics;
import java.util.Optional;
import java.util.SplittableRandom;

/** The acceptance run of a board: flash, hello, echo, statistics, reset, hello again. */
public final class SelfTest {
    private final BoardSession session;
    private final String board;
    private final ClockCheck clocks;
    private final Progress progress;
    private Optional<Flasher.Report> flash = Optional.empty();
    private Optional<Greeting> greeting = Optional.empty();
    private Optional<SelfTestReport.Echoed> echo = Optional.empty();

    /**
     * A self-test, to be done once.
     *
     * @param board the board, as messages name it
     * @param clocks compares its clock with the host's
     */
    public SelfTest(BoardSession session, String board, ClockCheck clocks, Progress progress) {
        this.session = session;
        this.board = board;
        this.clocks = clocks;
        this.progress = progress;
    }

    /**
     * Runs every step; the first failure ends it.
     *
     * @param echoBytes how many bytes to echo, at least 1
     * @param seed of the echoed bytes
     */
    public void run(Flasher flasher, FirmwareImage image, int echoBytes, long seed) throws InterruptedException {
        flash = Optional.of(session.flash(flasher, image, progress));
        Greeting said = session.hello();
        greeting = Optional.of(said);
        progress.advance("hello", 1, 1);
        clocks.begin(session, said);
        Statistics before = session.statistics();
        EchoReport echoed = session.echo(randomBytes(echoBytes, seed), progress);
        Statistics after = session.statistics();
        Optional<ClockComparison> compared = clocks.end(session, said);
        echo = Optional.of(new SelfTestReport.Echoed(
                echoed,
                seed,
                after,
                after.uptimeCycles() - before.uptimeCycles(),
                said.hello().cpuHz(),
                compared));
        Optional<BenchFailure> off =
                compared.flatMap(found -> ClockCheck.failure(found, said.hello().clockSource(), board));
        if (off.isPresent()) {
            session.fail(off.get().kind());
            throw off.get();
        }
        session.resetAndHello(said);
        progress.advance("reset", 1, 1);
        session.finish();
    }

    /** What has been found until now; asked for after the run, however it ended. */
    public SelfTestReport report() {
        return new SelfTestReport(flash, greeting, echo);
    }

    private static byte[] randomBytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
