// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.BoardResult;
import dev.hilda.agent.result.SelfTestResult;
import java.util.Optional;

/** A self-test, for people. */
final class SelftestSummary {
    private static final double HZ_PER_MHZ = 1e6;
    private static final double BYTES_PER_KIB = 1024;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double LINE_BITS_PER_BYTE = 10;

    private SelftestSummary() {}

    static void print(RunOutput output, String board, SelfTestResult result) {
        output.print("Self-test passed: %s", board);
        result.board().ifPresent(said -> printBoard(output, result, said));
        result.flash()
                .ifPresent(flash -> output.print(
                        "  firmware  %s, %.1f KiB flashed in %.1f s",
                        result.board().map(BoardResult::firmwareVersion).orElse(BenchSetup.UNKNOWN),
                        flash.flashBytes() / BYTES_PER_KIB,
                        flash.flashHostMs() / MILLIS_PER_SECOND));
        result.echo().ifPresent(echo -> printEcho(output, result, echo));
    }

    private static void printBoard(RunOutput output, SelfTestResult result, BoardResult board) {
        output.print(
                "  chip      %s revision %s, unique ID %s",
                result.setup().chipId(), result.setup().chipRevision(), board.uniqueId());
        output.print(
                "  clock     %.0f MHz from %s (%s)",
                board.coreClockHz() / HZ_PER_MHZ,
                result.setup().clockSource(),
                result.run().timing().label());
    }

    private static void printEcho(RunOutput output, SelfTestResult result, SelfTestResult.Echo echo) {
        double lineBytesPerSecond = result.setup().lineBaud() / LINE_BITS_PER_BYTE;
        Optional<SelfTestResult.BoardCounters> board = result.counters();
        output.print(
                "  echo      %d bytes in %.1f s of the host's clock",
                echo.echoBytes(), echo.echoHostMs() / MILLIS_PER_SECOND);
        output.print(
                "            %.1f KiB/s each way by the board's clock (%s), %.0f %% of %d baud; %d retransmits, %d checksum errors",
                echo.echoBytesPerSecond() / BYTES_PER_KIB,
                result.run().timing().label(),
                100 * echo.echoBytesPerSecond() / lineBytesPerSecond,
                result.setup().lineBaud(),
                echo.hostRetransmits()
                        + board.map(SelfTestResult.BoardCounters::boardRetransmits)
                                .orElse(0L),
                echo.hostCrcErrors()
                        + board.map(SelfTestResult.BoardCounters::boardCrcErrors)
                                .orElse(0L));
    }
}
