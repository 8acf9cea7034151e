package dev.hilda.agent.cli;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.SelfTestDocument;
import dev.hilda.agent.session.EchoReport;
import dev.hilda.agent.session.SelfTestReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;

/** What a self-test prints: progress and remarks on stderr, the result on stdout, for people or as JSON. */
final class SelftestOutput {
    private static final double HZ_PER_MHZ = 1e6;
    private static final double BYTES_PER_KIB = 1024;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double LINE_BITS_PER_BYTE = 10;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private boolean documented;

    SelftestOutput(CommandLine command, boolean json) {
        this.out = command.getOut();
        this.err = command.getErr();
        this.json = json;
    }

    Progress progress() {
        return new ProgressLines(err, Clock.SYSTEM);
    }

    void remark(String text) {
        err.println("hilda: " + text);
        err.flush();
    }

    /** The first document of a run, where JSON was asked for. */
    synchronized void document(String document) {
        if (json && !documented) {
            documented = true;
            out.println(document);
            out.flush();
        }
    }

    /** A signal ended the run. */
    void interrupted() {
        remark("interrupted");
        document(SelfTestDocument.withoutBoard("interrupted", "interrupted"));
    }

    /** The summary, where JSON was not asked for. */
    void summary(String board, String timing, SelfTestReport report) {
        if (json) {
            return;
        }
        EchoReport echo = report.echo();
        double lineBytesPerSecond = report.greeting().hello().realBaud() / LINE_BITS_PER_BYTE;
        print("Self-test passed: %s", board);
        print(
                "  chip      0x%03x revision %s, unique ID %s",
                report.greeting().hello().deviceId(),
                report.greeting().revision().name(),
                report.greeting().hello().uniqueId());
        print(
                "  clock     %.0f MHz from %s (%s)",
                report.greeting().hello().cpuHz() / HZ_PER_MHZ,
                report.greeting().hello().clockSource().name().toLowerCase(Locale.ROOT),
                timing);
        print(
                "  firmware  %s, %.1f KiB flashed in %.1f s",
                report.greeting().hello().firmwareVersion(),
                report.flash().imageBytes() / BYTES_PER_KIB,
                report.flash().duration().toMillis() / MILLIS_PER_SECOND);
        print(
                "  echo      %d bytes in %.1f s of the host's clock",
                echo.bytes(), echo.duration().toMillis() / MILLIS_PER_SECOND);
        print(
                "            %.1f KiB/s each way by the board's clock, %.0f %% of %.0f baud; %d retransmits, %d checksum errors",
                report.echoBytesPerSecond() / BYTES_PER_KIB,
                100 * report.echoBytesPerSecond() / lineBytesPerSecond,
                report.greeting().hello().realBaud(),
                echo.link().retransmits() + report.statistics().link().retransmits(),
                echo.link().crcErrors() + report.statistics().link().crcErrors());
    }

    void saved(Path file) {
        if (!json) {
            print("  result    %s", file);
        }
    }

    void published(String topic, String broker) {
        if (!json) {
            print("  published %s at %s, read back", topic, broker);
        }
    }

    private void print(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
