package dev.hilda.agent.session;

import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.protocol.Hello.ClockSource;
import dev.hilda.agent.protocol.Statistics;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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
    private static final String HSI_REMARK =
            "the board runs from its internal oscillator (1 % off): the clock from the ST-Link is missing";

    /** Bytes a second each way, by the board's core clock. */
    public double echoBytesPerSecond() {
        return echo.bytes() / clocks.boardSeconds();
    }

    /** What did not make the run fail, but should be looked at. */
    public List<String> remarks() {
        Stream<String> clock = greeting.hello().clockSource() == ClockSource.HSI ? Stream.of(HSI_REMARK) : Stream.of();
        return Stream.concat(flash.remarks().stream(), clock).toList();
    }
}
