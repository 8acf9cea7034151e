package dev.hilda.agent.session;

import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.protocol.Statistics;
import java.time.Duration;

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
        Duration duration) {}
