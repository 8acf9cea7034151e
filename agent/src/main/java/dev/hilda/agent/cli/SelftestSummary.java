package dev.hilda.agent.cli;

import dev.hilda.agent.session.EchoReport;
import dev.hilda.agent.session.SelfTestReport;
import dev.hilda.profile.Timing;
import java.util.Locale;

/** A self-test, for people. */
final class SelftestSummary {
    private static final double HZ_PER_MHZ = 1e6;
    private static final double BYTES_PER_KIB = 1024;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double LINE_BITS_PER_BYTE = 10;

    private SelftestSummary() {}

    static void print(RunOutput output, String board, Timing timing, SelfTestReport report) {
        EchoReport echo = report.echo();
        double lineBytesPerSecond = report.greeting().hello().realBaud() / LINE_BITS_PER_BYTE;
        output.print("Self-test passed: %s", board);
        output.print(
                "  chip      0x%03x revision %s, unique ID %s",
                report.greeting().hello().deviceId(),
                report.greeting().revision().name(),
                report.greeting().hello().uniqueId());
        output.print(
                "  clock     %.0f MHz from %s (%s)",
                report.greeting().hello().cpuHz() / HZ_PER_MHZ,
                report.greeting().hello().clockSource().name().toLowerCase(Locale.ROOT),
                timing.label());
        output.print(
                "  firmware  %s, %.1f KiB flashed in %.1f s",
                report.greeting().hello().firmwareVersion(),
                report.flash().imageBytes() / BYTES_PER_KIB,
                report.flash().duration().toMillis() / MILLIS_PER_SECOND);
        output.print(
                "  echo      %d bytes in %.1f s of the host's clock",
                echo.bytes(), echo.duration().toMillis() / MILLIS_PER_SECOND);
        output.print(
                "            %.1f KiB/s each way by the board's clock (%s), %.0f %% of %.0f baud; %d retransmits, %d checksum errors",
                report.echoBytesPerSecond() / BYTES_PER_KIB,
                timing.label(),
                100 * report.echoBytesPerSecond() / lineBytesPerSecond,
                report.greeting().hello().realBaud(),
                echo.link().retransmits() + report.statistics().link().retransmits(),
                echo.link().crcErrors() + report.statistics().link().crcErrors());
    }
}
