package dev.hilda.agent.cli;

import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.measure.Classification;
import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.measure.ConfusionMatrix.Cell;
import dev.hilda.agent.measure.CycleDistribution;
import dev.hilda.agent.measure.CycleSummary;
import dev.hilda.agent.session.RunReport;
import dev.hilda.agent.session.RunReport.LayerTime;
import dev.hilda.profile.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A network's run, for people. */
final class NetworkSummary {
    /** So many columns still fit a line. */
    private static final int MATRIX_CLASSES = 12;

    private static final int WORST_CONFUSIONS = 5;

    /** Among five of fewer classes every label is found. */
    private static final int TOP5_CLASSES = 6;

    private static final double MICROS_PER_MILLI = 1e3;
    private static final double BYTES_PER_KIB = 1024;
    private static final double HZ_PER_MHZ = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final RunReport report;
    private final String timing;
    private final long clockHz;

    NetworkSummary(RunReport report, Timing timing) {
        this.report = report;
        this.timing = timing.label();
        this.clockHz = report.greeting().hello().cpuHz();
    }

    void print(RunOutput output, String board) {
        output.print(
                "Run %s: %s on %s",
                report.failure().isEmpty() ? "passed" : "failed",
                report.deployment().network().name(),
                board);
        printAccuracy(output);
        report.accuracy().classification().ifPresent(classes -> printConfusion(output, classes.confusion()));
        output.print(
                "  parity    %d/%d images equal the oracle's in every output",
                report.parity().matched(), report.parity().images());
        printLatency(output);
        printLayers(output);
        printMemory(output);
        printLine(output);
    }

    private void printAccuracy(RunOutput output) {
        if (report.accuracy().classification().isPresent()) {
            Classification classes = report.accuracy().classification().get();
            if (report.accuracy().metric() == Metric.AGREEMENT) {
                output.print(
                        "  agreement %.2f %% (%d of %d) with the predictions in %s",
                        100 * classes.top1Accuracy(), classes.top1(), classes.images(), report.dataSet());
            } else {
                output.print(
                        "  accuracy  %.2f %% top-1 (%d of %d)%s, on %s",
                        100 * classes.top1Accuracy(),
                        classes.top1(),
                        classes.images(),
                        classes.confusion().classes() < TOP5_CLASSES
                                ? ""
                                : String.format(Locale.ROOT, ", %.2f %% top-5", 100 * classes.top5Accuracy()),
                        report.dataSet());
            }
        }
        report.accuracy().auc().ifPresent(auc -> output.print("  AUC       %.4f, on %s", auc, report.dataSet()));
        report.accuracy().mse().ifPresent(mse -> output.print("  MSE       %.6g, on %s", mse, report.dataSet()));
    }

    /** Few classes: a row of each, zeroes as dots. Many: what happened most often, if anything did twice. */
    private static void printConfusion(RunOutput output, ConfusionMatrix confusion) {
        if (confusion.classes() > MATRIX_CLASSES) {
            for (Cell cell : confusion.worst(WORST_CONFUSIONS)) {
                if (cell.images() > 1) {
                    output.print(
                            "  confusion %d of %d images of class %d taken for class %d",
                            cell.images(), confusion.labelled(cell.label()), cell.label(), cell.prediction());
                }
            }
            return;
        }
        List<String> header = new ArrayList<>(List.of("  confusion LABEL"));
        for (int prediction = 0; prediction < confusion.classes(); prediction++) {
            header.add("AS " + prediction);
        }
        header.add("RIGHT");
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (int label = 0; label < confusion.classes(); label++) {
            List<String> row = new ArrayList<>(List.of("            " + label));
            for (int prediction = 0; prediction < confusion.classes(); prediction++) {
                long images = confusion.count(label, prediction);
                row.add(images == 0 ? "." : Long.toString(images));
            }
            long labelled = confusion.labelled(label);
            row.add(
                    labelled == 0
                            ? ""
                            : String.format(Locale.ROOT, "%.1f %%", 100.0 * confusion.count(label, label) / labelled));
            table.add(row.toArray(String[]::new));
        }
        output.print("%s", table.toString().stripTrailing());
    }

    private void printLatency(RunOutput output) {
        CycleSummary inference = report.inference();
        output.print(
                "  latency   %s ms median (%s), %d cycles at %.0f MHz",
                millis(inference.p50Cycles()), timing, inference.p50Cycles(), clockHz / HZ_PER_MHZ);
        output.print(
                "            min %s, p95 %s, p99 %s, max %s ms",
                millis(inference.minCycles()),
                millis(inference.p95Cycles()),
                millis(inference.p99Cycles()),
                millis(inference.maxCycles()));
    }

    private void printLayers(RunOutput output) {
        TextTable table = new TextTable("  layers    NAME", "CYCLES", "MS (" + timing + ")", "SHARE");
        double all = Math.max(
                1, report.layers().stream().mapToLong(LayerTime::medianCycles).sum());
        for (LayerTime layer : report.layers()) {
            table.add(
                    "            " + layer.name(),
                    Long.toString(layer.medianCycles()),
                    millis(layer.medianCycles()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * layer.medianCycles() / all));
        }
        output.print("%s", table.toString().stripTrailing());
    }

    private void printMemory(RunOutput output) {
        output.print(
                "  memory    %.1f KiB flash; %.1f KiB RAM at the peak: %.1f for activations, %.1f stack",
                report.flashBytes() / BYTES_PER_KIB,
                report.ramPeakBytes() / BYTES_PER_KIB,
                report.network().arenaPeakBytes() / BYTES_PER_KIB,
                report.board().stackPeakBytes() / BYTES_PER_KIB);
    }

    private void printLine(RunOutput output) {
        long retransmits =
                report.hostLink().retransmits() + report.board().link().retransmits();
        long crcErrors = report.hostLink().crcErrors() + report.board().link().crcErrors();
        if (report.wire().intervals() > 0 && report.wire().boardCycles() > 0) {
            output.print(
                    "  line      %s ms an image by the board's clock (%s), %.3f times the least; %s fill %.1f %% of %.0f baud",
                    millis(Math.round(report.wire().cyclesPerImage())),
                    timing,
                    report.wire().cyclesOverIdeal(),
                    report.wire().isBusierWithAnswers() ? "answers" : "images",
                    100 * report.wire().utilisation(),
                    report.wire().baud());
        }
        output.print(
                "            %d retransmits, %d checksum errors; the run took %.1f s of the host's clock",
                retransmits, crcErrors, report.duration().toMillis() / MILLIS_PER_SECOND);
    }

    private String millis(long cycles) {
        return String.format(
                Locale.ROOT, "%.3f", CycleDistribution.micros((double) cycles, clockHz) / MICROS_PER_MILLI);
    }
}
