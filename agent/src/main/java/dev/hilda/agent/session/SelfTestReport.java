package dev.hilda.agent.session;

import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.protocol.Statistics;
import java.time.Duration;
import java.util.List;

/**
 * What a self-test that passed has found.
 *
 * @param firmwareSha256 of the firmware file
 * @param echoSeed of the echoed bytes
 * @param statistics what the board counted up to the end of the echo
 * @param clocks the board's clock against the host's, over the echo
 * @param duration of the whole run
 */
public record SelfTestReport(
        Flasher.Report flash,
        String firmwareSha256,
        Greeting greeting,
        EchoReport echo,
        long echoSeed,
        Statistics statistics,
        ClockComparison clocks,
        Duration duration) {
    /** Bytes a second each way, by the board's core clock. */
    public double echoBytesPerSecond() {
        return echo.bytes() / clocks.boardSeconds();
    }

    /** What did not make the run fail, but should be looked at. */
    public List<String> remarks() {
        return greeting.remarks(flash);
    }
}
