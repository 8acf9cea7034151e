// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.measure.ConfusionMatrix.Cell;
import dev.hilda.agent.measure.CycleDistribution;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.BoardResult;
import dev.hilda.agent.result.EstimateResult;
import dev.hilda.agent.result.FlashResult;
import dev.hilda.agent.result.LatencyResult;
import dev.hilda.agent.result.LayerTime;
import dev.hilda.agent.result.LinkCounters;
import dev.hilda.agent.result.MemoryResult;
import dev.hilda.agent.result.PictureResult;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.result.WireResult;
import dev.hilda.agent.result.Workload;
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

    private final RunResult result;
    private final String timing;
    private final long clockHz;

    NetworkSummary(RunResult result) {
        this.result = result;
        this.timing = result.run().timing().label();
        this.clockHz = result.board().map(BoardResult::coreClockHz).orElse(0L);
    }

    void print(RunOutput output, String board) {
        output.print(
                "Run %s: %s on %s",
                result.outcome().passed() ? "passed" : "failed",
                result.workload().model(),
                board);
        result.workload()
                .inputSeed()
                .ifPresent(
                        seed -> output.print("  inputs    pseudo-random, of seed %d: latency and parity only", seed));
        result.picture().ifPresent(picture -> printPicture(output, picture));
        result.accuracy().ifPresent(accuracy -> {
            printAccuracy(output, accuracy, result.workload().dataSet());
            accuracy.confusionMatrix().ifPresent(confusion -> printConfusion(output, confusion, result.workload()));
            output.print(
                    "  parity    %d/%d images equal the oracle's in every output",
                    accuracy.parityMatched(), accuracy.images());
        });
        result.reference().ifPresent(reference -> new ReferenceSummary(reference).print(output));
        result.latency().ifPresent(latency -> printLatency(output, latency));
        result.layers().ifPresent(times -> printLayers(output, times.layers()));
        result.estimate().ifPresent(estimate -> printEstimate(output, estimate));
        result.memory().ifPresent(memory -> printMemory(output, memory));
        result.wire().ifPresent(wire -> printLine(output, wire));
        result.counters().ifPresent(counters -> printCounters(output, counters));
    }

    private void printPicture(RunOutput output, PictureResult picture) {
        output.print(
                "  picture   %s is taken for %s",
                result.workload().dataSet(), shown(picture.predictions().get(0)));
        picture.predictions().stream().skip(1).forEach(next -> output.print("            then %s", shown(next)));
    }

    private static String shown(PictureResult.Prediction prediction) {
        return String.format(
                Locale.ROOT,
                "class %s: %.6g",
                prediction
                        .name()
                        .map(name -> prediction.label() + " (" + name + ")")
                        .orElse("" + prediction.label()),
                prediction.score());
    }

    private static void printAccuracy(RunOutput output, AccuracyResult accuracy, String dataSet) {
        accuracy.agreement()
                .ifPresent(agreement -> output.print(
                        "  agreement %.2f %% (%d of %d) with the predictions in %s",
                        100 * agreement, accuracy.agreementImages().orElse(0), accuracy.images(), dataSet));
        accuracy.accuracyTop1()
                .ifPresent(top1 -> output.print(
                        "  accuracy  %.2f %% top-1 (%d of %d)%s, on %s",
                        100 * top1,
                        accuracy.top1Images().orElse(0),
                        accuracy.images(),
                        accuracy.classes().orElse(0) < TOP5_CLASSES
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", %.2f %% top-5",
                                        100 * accuracy.accuracyTop5().orElse(0)),
                        dataSet));
        accuracy.auc().ifPresent(auc -> output.print("  AUC       %.4f, on %s", auc, dataSet));
        accuracy.mse().ifPresent(mse -> output.print("  MSE       %.6g, on %s", mse, dataSet));
    }

    /** Few classes: a row of each, zeroes as dots. Many: what happened most often, if anything did twice. */
    private static void printConfusion(RunOutput output, ConfusionMatrix confusion, Workload names) {
        if (confusion.classes() > MATRIX_CLASSES) {
            for (Cell cell : confusion.worst(WORST_CONFUSIONS)) {
                if (cell.images() > 1) {
                    output.print(
                            "  confusion %d of %d images of class %s taken for class %s",
                            cell.images(),
                            confusion.labelled(cell.label()),
                            names.labelled(cell.label()),
                            names.labelled(cell.prediction()));
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
            List<String> row = new ArrayList<>(List.of("            " + names.labelled(label)));
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

    private void printLatency(RunOutput output, LatencyResult latency) {
        output.print(
                "  latency   %s ms median (%s), %d cycles at %.0f MHz",
                millis(latency.cyclesP50()), timing, latency.cyclesP50(), clockHz / HZ_PER_MHZ);
        output.print(
                "            min %s, p95 %s, p99 %s, max %s ms",
                millis(latency.cyclesMin()),
                millis(latency.cyclesP95()),
                millis(latency.cyclesP99()),
                millis(latency.cyclesMax()));
    }

    private void printLayers(RunOutput output, List<LayerTime> layers) {
        TextTable table = new TextTable("  layers    NAME", "CYCLES", "MS (" + timing + ")", "SHARE");
        double all = Math.max(1, layers.stream().mapToLong(LayerTime::cyclesP50).sum());
        for (LayerTime layer : layers) {
            table.add(
                    "            " + layer.name(),
                    Long.toString(layer.cyclesP50()),
                    millis(layer.cyclesP50()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * layer.cyclesP50() / all));
        }
        output.print("%s", table.toString().stripTrailing());
    }

    /** Why the layers take so long, and how much of it is certain. */
    private void printEstimate(RunOutput output, EstimateResult estimate) {
        output.print(
                "  estimate  %s ms before missed lines; %s and %s ms at half and twice their price; silicon %+d to %+d %%"
                        + " (%s)",
                millis(estimate.cyclesBeforeMisses()),
                millis(estimate.cyclesHalfPrice()),
                millis(estimate.cyclesDoublePrice()),
                estimate.estimateLowPercent(),
                estimate.estimateHighPercent(),
                estimate.timingModel());
        TextTable table =
                new TextTable("            NAME", "BEFORE MISSES", "PER CYCLE", "FLASH LINES", "SRAM LINES", "LIMIT");
        for (EstimateResult.Layer layer : estimate.layerEstimates()) {
            table.add(
                    "            " + layer.name(),
                    Long.toString(layer.cyclesBeforeMisses()),
                    String.format(Locale.ROOT, "%.2f", layer.instructionsPerCycle()),
                    Long.toString(layer.flashLines()),
                    Long.toString(layer.sramLines()),
                    layer.limit().name().toLowerCase(Locale.ROOT));
        }
        output.print("%s", table.toString().stripTrailing());
    }

    private void printMemory(RunOutput output, MemoryResult memory) {
        output.print(
                "  memory    %.1f KiB flash; %.1f KiB RAM at the peak: %.1f for activations, %.1f stack",
                result.flash().map(FlashResult::flashBytes).orElse(0L) / BYTES_PER_KIB,
                memory.ramPeakBytes() / BYTES_PER_KIB,
                memory.arenaPeakBytes() / BYTES_PER_KIB,
                memory.stackPeakBytes() / BYTES_PER_KIB);
    }

    private void printLine(RunOutput output, WireResult wire) {
        wire.cyclesPerImage()
                .ifPresent(cycles -> output.print(
                        "  line      %s ms an image by the board's clock (%s), %.3f times the least; %s fill %.1f %%"
                                + " of %d baud",
                        millis(cycles),
                        timing,
                        wire.cyclesOverIdeal().orElse(0),
                        wire.answerBytes() > wire.inputBytes() ? "answers" : "images",
                        100 * wire.wireUtilisation().orElse(0),
                        result.setup().lineBaud()));
    }

    private void printCounters(RunOutput output, LinkCounters counters) {
        output.print(
                "            %d retransmits, %d checksum errors; the run took %.1f s of the host's clock",
                counters.hostRetransmits() + counters.boardRetransmits(),
                counters.hostCrcErrors() + counters.boardCrcErrors(),
                result.outcome().runHostMs() / MILLIS_PER_SECOND);
    }

    private String millis(long cycles) {
        return String.format(
                Locale.ROOT, "%.3f", CycleDistribution.micros((double) cycles, clockHz) / MICROS_PER_MILLI);
    }
}
