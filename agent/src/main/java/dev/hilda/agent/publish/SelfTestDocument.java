package dev.hilda.agent.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.agent.session.EchoReport;
import dev.hilda.agent.session.SelfTestReport;
import dev.hilda.profile.Timing;
import java.util.Locale;

/**
 * The result of a self-test as one flat JSON object; {@code selftest-result-1.schema.json} beside this class describes
 * it.
 */
public final class SelfTestDocument {
    /** Value of the field {@code schema}; a change that breaks readers gets the next number. */
    public static final String SCHEMA = "hilda/selftest-result/1";

    /** The level of {@code latest/MODEL} that self-tests use. */
    public static final String MODEL = "selftest";

    private SelfTestDocument() {}

    /** The document of a run that passed, on one line. */
    public static String of(RunIdentity run, SelfTestReport report) {
        ObjectNode document = ResultHeader.of(SCHEMA, run);
        document.put("passed", true);
        document.put("run_host_ms", report.duration().toMillis());
        putFlash(document, report);
        putBoard(document, report);
        putClocks(document, run, report);
        putEcho(document, report);
        putStatistics(document, report.statistics());
        return document.toString();
    }

    /**
     * The document of a run that ended before it had a board, on one line.
     *
     * @param failureKind label of a kind, {@code interrupted} or {@code internal}
     */
    public static String withoutBoard(String failureKind, String failure) {
        return ResultHeader.putFailure(ResultHeader.withoutBoard(SCHEMA), failureKind, failure)
                .toString();
    }

    /**
     * The document of a run that did not come to its end, on one line.
     *
     * @param failureKind label of a kind, or {@code interrupted}
     */
    public static String of(RunIdentity run, String failureKind, String failure) {
        return ResultHeader.putFailure(ResultHeader.of(SCHEMA, run), failureKind, failure)
                .toString();
    }

    private static void putFlash(ObjectNode document, SelfTestReport report) {
        document.put("firmware_sha256", report.firmwareSha256());
        document.put("flash_bytes", report.flash().imageBytes());
        document.put("flash_sectors_erased", report.flash().erasedSectors());
        document.put("flash_host_ms", report.flash().duration().toMillis());
    }

    private static void putBoard(ObjectNode document, SelfTestReport report) {
        Hello hello = report.greeting().hello();
        document.put("firmware_kind", hello.firmwareKind().name().toLowerCase(Locale.ROOT));
        document.put("model_hash", hello.modelHash());
        document.put("firmware_version", hello.firmwareVersion());
        document.put("unique_id", hello.uniqueId());
        document.put("chip_id", String.format(Locale.ROOT, "0x%03x", hello.deviceId()));
        document.put("chip_idcode", String.format(Locale.ROOT, "0x%08x", hello.idcode()));
        document.put("chip_revision", report.greeting().revision().name());
        document.put("chip_flash_bytes", hello.flashBytes());
        document.put("clock_source", hello.clockSource().name().toLowerCase(Locale.ROOT));
        document.put("core_clock_hz", hello.cpuHz());
        document.put("core_clock_expected_hz", report.greeting().revision().coreHz());
        document.put("axi_clock_hz", hello.axiHz());
        document.put("line_baud", Math.round(hello.realBaud()));
    }

    /** The host's clock says something of a clock of silicon only. */
    private static void putClocks(ObjectNode document, RunIdentity run, SelfTestReport report) {
        if (run.timing() == Timing.MEASURED) {
            document.put("core_clock_by_host_hz", Math.round(report.clocks().measuredHz()));
            document.put("core_clock_by_host_ms", report.clocks().hostDuration().toMillis());
        }
        ArrayNode remarks = document.putArray("remarks");
        report.remarks().forEach(remarks::add);
    }

    private static void putEcho(ObjectNode document, SelfTestReport report) {
        EchoReport echo = report.echo();
        document.put("echo_bytes", echo.bytes());
        document.put("echo_seed", report.echoSeed());
        document.put("echo_host_ms", echo.duration().toMillis());
        document.put("echo_board_cycles", report.clocks().boardCycles());
        document.put("echo_bytes_per_second", Math.round(report.echoBytesPerSecond()));
        LinkStatistics link = echo.link();
        document.put("echo_line_bytes_sent", link.sentBytes());
        document.put("echo_line_bytes_received", link.receivedBytes());
        document.put("host_crc_errors", link.crcErrors());
        document.put("host_resyncs", link.resyncs());
        document.put("host_retransmits", link.retransmits());
        document.put("host_timeouts", link.timeouts());
    }

    private static void putStatistics(ObjectNode document, Statistics statistics) {
        document.put("board_uptime_cycles", statistics.uptimeCycles());
        document.put("board_idle_cycles", statistics.idleCycles());
        document.put("board_crc_errors", statistics.link().crcErrors());
        document.put("board_resyncs", statistics.link().resyncs());
        document.put("board_retransmits", statistics.link().retransmits());
        document.put("board_timeouts", statistics.link().timeouts());
        document.put("board_uart_overruns", statistics.uartOverruns());
        document.put("board_uart_framing_errors", statistics.uartFramingErrors());
        document.put("board_uart_noise_errors", statistics.uartNoiseErrors());
        document.put("board_dma_errors", statistics.dmaErrors());
        document.put("board_receive_overflow_bytes", statistics.receiveOverflows());
        document.put("board_stack_bytes", statistics.stackBytes());
        document.put("board_stack_peak_bytes", statistics.stackPeakBytes());
    }
}
