package dev.hilda.agent.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.measure.CycleDistribution;
import dev.hilda.agent.measure.CycleSummary;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.agent.session.RunReport;
import java.util.Locale;

/**
 * The result of a network's run as one flat JSON object, on one line; {@code run-result-1.schema.json} beside this class
 * describes it.
 */
public final class RunDocument {
    /** Value of the field {@code schema}; a change that breaks readers gets the next number. */
    public static final String SCHEMA = "hilda/run-result/1";

    private static final double DIGITS = 1e6;

    private RunDocument() {}

    /** The document of a run that came to its end, whether the numbers are right or not. */
    public static String of(RunIdentity run, RunReport report) {
        ObjectNode document = ResultHeader.of(SCHEMA, run);
        document.put("passed", report.failure().isEmpty());
        report.failure()
                .ifPresent(failure -> ResultHeader.putFailure(
                        document, failure.kind().label(), String.valueOf(failure.getMessage())));
        document.put("model", report.deployment().network().name());
        document.put("model_hash", report.deployment().modelHash());
        document.put("data_set", report.dataSet());
        document.put("images", report.parity().images());
        putAccuracy(document, report);
        document.put("parity_matched", report.parity().matched());
        putLatency(document, report);
        putMemory(document, report);
        putWire(document, report);
        putBoard(document, report);
        putCounters(document, report.hostLink(), report.board());
        document.put("run_host_ms", report.duration().toMillis());
        return document.toString();
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

    /**
     * The document of a run that ended before it had a board.
     *
     * @param failureKind label of a kind, {@code interrupted} or {@code internal}
     */
    public static String withoutBoard(String failureKind, String failure) {
        return ResultHeader.putFailure(ResultHeader.withoutBoard(SCHEMA), failureKind, failure)
                .toString();
    }

    private static void putAccuracy(ObjectNode document, RunReport report) {
        document.put("metric", report.accuracy().metric().label());
        report.accuracy().classification().ifPresent(classes -> {
            if (report.accuracy().metric() == Metric.AGREEMENT) {
                document.put("agreement", rounded(classes.top1Accuracy()));
                document.put("agreement_images", classes.top1());
            } else {
                document.put("accuracy_top1", rounded(classes.top1Accuracy()));
                document.put("accuracy_top5", rounded(classes.top5Accuracy()));
                document.put("top1_images", classes.top1());
                document.put("top5_images", classes.top5());
            }
            ArrayNode confusion = document.putArray("confusion");
            classes.confusion()
                    .cells()
                    .forEach(cell -> confusion
                            .addArray()
                            .add(cell.label())
                            .add(cell.prediction())
                            .add(cell.images()));
        });
        report.accuracy().auc().ifPresent(auc -> document.put("auc", rounded(auc)));
        report.accuracy().mse().ifPresent(mse -> document.put("mse", mse));
    }

    private static void putLatency(ObjectNode document, RunReport report) {
        CycleSummary inference = report.inference();
        long hz = report.greeting().hello().cpuHz();
        putPercentile(document, "min", inference.minCycles(), hz);
        putPercentile(document, "p50", inference.p50Cycles(), hz);
        putPercentile(document, "p95", inference.p95Cycles(), hz);
        putPercentile(document, "p99", inference.p99Cycles(), hz);
        putPercentile(document, "max", inference.maxCycles(), hz);
        document.put("elapsed_cycles_p50", report.elapsed().p50Cycles());
    }

    private static void putPercentile(ObjectNode document, String name, long cycles, long hz) {
        document.put("latency_us_" + name, micros(cycles, hz));
        document.put("cycles_" + name, cycles);
    }

    private static void putMemory(ObjectNode document, RunReport report) {
        document.put("flash_bytes", report.flashBytes());
        document.put("ram_peak_bytes", report.ramPeakBytes());
        document.put("arena_bytes", report.network().arenaBytes());
        document.put("arena_peak_bytes", report.network().arenaPeakBytes());
        document.put("stack_bytes", report.board().stackBytes());
        document.put("stack_peak_bytes", report.board().stackPeakBytes());
    }

    private static void putWire(ObjectNode document, RunReport report) {
        document.put("input_bytes", report.wire().imageBytes());
        document.put("answer_bytes", report.wire().answerBytes());
        document.put("line_baud", Math.round(report.wire().baud()));
        if (report.wire().intervals() > 0 && report.wire().boardCycles() > 0) {
            document.put("wire_utilisation", rounded(report.wire().utilisation()));
            document.put("cycles_per_image", Math.round(report.wire().cyclesPerImage()));
            document.put("cycles_over_ideal", rounded(report.wire().cyclesOverIdeal()));
        }
    }

    private static void putBoard(ObjectNode document, RunReport report) {
        Hello hello = report.greeting().hello();
        document.put("core_clock_hz", hello.cpuHz());
        document.put("clock_source", hello.clockSource().name().toLowerCase(Locale.ROOT));
        document.put("chip_revision", report.greeting().revision().name());
        document.put("unique_id", hello.uniqueId());
        document.put("firmware_version", hello.firmwareVersion());
        document.put("firmware_sha256", report.deployment().image().sha256());
        document.put("flash_host_ms", report.flash().duration().toMillis());
        ArrayNode remarks = document.putArray("remarks");
        report.remarks().forEach(remarks::add);
    }

    private static void putCounters(ObjectNode document, LinkStatistics host, Statistics board) {
        putLink(document, "host", host);
        putLink(document, "board", board.link());
        document.put("board_uptime_cycles", board.uptimeCycles());
        document.put("board_idle_cycles", board.idleCycles());
        document.put("board_uart_overruns", board.uartOverruns());
        document.put("board_dma_errors", board.dmaErrors());
        document.put("board_receive_overflow_bytes", board.receiveOverflows());
    }

    private static void putLink(ObjectNode document, String end, LinkStatistics link) {
        document.put(end + "_line_bytes_sent", link.sentBytes());
        document.put(end + "_crc_errors", link.crcErrors());
        document.put(end + "_resyncs", link.resyncs());
        document.put(end + "_retransmits", link.retransmits());
        document.put(end + "_timeouts", link.timeouts());
    }

    static double micros(long cycles, long hz) {
        return Math.round(CycleDistribution.micros((double) cycles, hz) * 1000) / 1000.0;
    }

    private static double rounded(double share) {
        return Math.round(share * DIGITS) / DIGITS;
    }
}
