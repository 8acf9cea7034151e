package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.SelfTestDocument;
import dev.hilda.agent.publish.mqtt.BenchAnnouncer;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.EchoReport;
import dev.hilda.agent.session.SelfTest;
import dev.hilda.agent.session.SelfTestReport;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The self-test as a task for a {@link BenchRun}. */
record SelftestTask(FirmwareImage image, int echoBytes) implements BenchTask<SelfTestReport> {
    private static final double HZ_PER_MHZ = 1e6;
    private static final double BYTES_PER_KIB = 1024;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double LINE_BITS_PER_BYTE = 10;

    @Override
    public String model() {
        return SelfTestDocument.MODEL;
    }

    @Override
    public SelfTestReport run(BoardSession session, Flasher flasher, String board, Progress progress)
            throws InterruptedException {
        return new SelfTest(session, Clock.SYSTEM, progress)
                .run(flasher, image, echoBytes, new SecureRandom().nextLong());
    }

    @Override
    public Optional<BenchFailure> verdict(SelfTestReport report) {
        return Optional.empty();
    }

    @Override
    public List<String> remarks(SelfTestReport report) {
        return report.remarks();
    }

    @Override
    public String document(RunIdentity run, SelfTestReport report) {
        return SelfTestDocument.of(run, report);
    }

    @Override
    public String document(RunIdentity run, BenchFailure failure) {
        return SelfTestDocument.of(run, failure);
    }

    @Override
    public void publishMore(BenchAnnouncer announcer, RunIdentity run, SelfTestReport report) {}

    @Override
    public void summarize(RunOutput output, String board, RunIdentity run, SelfTestReport report) {
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
                run.timing().label());
        output.print(
                "  firmware  %s, %.1f KiB flashed in %.1f s",
                report.greeting().hello().firmwareVersion(),
                report.flash().imageBytes() / BYTES_PER_KIB,
                report.flash().duration().toMillis() / MILLIS_PER_SECOND);
        output.print(
                "  echo      %d bytes in %.1f s of the host's clock",
                echo.bytes(), echo.duration().toMillis() / MILLIS_PER_SECOND);
        output.print(
                "            %.1f KiB/s each way by the board's clock, %.0f %% of %.0f baud; %d retransmits, %d checksum errors",
                report.echoBytesPerSecond() / BYTES_PER_KIB,
                100 * report.echoBytesPerSecond() / lineBytesPerSecond,
                report.greeting().hello().realBaud(),
                echo.link().retransmits() + report.statistics().link().retransmits(),
                echo.link().crcErrors() + report.statistics().link().crcErrors());
    }
}
