package dev.hilda.agent.cli;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Progress;
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

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

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

    /** The document, where JSON was asked for. */
    void document(String document) {
        if (json) {
            out.println(document);
            out.flush();
        }
    }

    /** The summary, where JSON was not asked for. */
    void summary(String board, String timing, SelfTestReport report, Path file) {
        if (json) {
            return;
        }
        EchoReport echo = report.echo();
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
                "  echo      %d bytes in %.1f s, %.1f KiB/s each way at %.0f baud; %d retransmits, %d checksum errors",
                echo.bytes(),
                echo.duration().toMillis() / MILLIS_PER_SECOND,
                echo.bytesPerSecond() / BYTES_PER_KIB,
                report.greeting().hello().realBaud(),
                echo.link().retransmits() + report.statistics().link().retransmits(),
                echo.link().crcErrors() + report.statistics().link().crcErrors());
        print("  result    %s", file);
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
