// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.measure.ShareInterval;
import dev.hilda.agent.report.ReportTable.Entry;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.BoardResult;
import dev.hilda.agent.result.FlashResult;
import dev.hilda.agent.result.LayerTime;
import dev.hilda.agent.result.LayerTimes;
import dev.hilda.agent.result.NetworkOrigin;
import dev.hilda.agent.result.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What the parts of a run's page hold. */
record RunFigures(RunResult result) {
    private static final double MICROS_A_MILLI = 1000;

    /** The run's main figures; what was not measured is left out. */
    String sentence() {
        List<String> parts = new ArrayList<>();
        result.accuracy().ifPresent(accuracy -> {
            rights(accuracy).forEach((name, right) -> {
                if (!name.equals("top-5")) {
                    parts.add(share(right, accuracy.images()) + " " + name);
                }
            });
            accuracy.auc().ifPresent(auc -> parts.add(number("%.4f", auc) + " AUC"));
            accuracy.mse().ifPresent(mse -> parts.add(number("%.6g", mse) + " MSE"));
        });
        result.latency()
                .ifPresent(latency -> parts.add(number("%.3f ms", latency.latencyUsP50() / MICROS_A_MILLI) + " median, "
                        + Wording.count(latency.cyclesP50()) + " cycles"));
        result.flash().ifPresent(flash -> parts.add(Wording.count(flash.flashBytes()) + " bytes of flash"));
        result.memory()
                .ifPresent(memory -> parts.add(Wording.count(memory.ramPeakBytes()) + " bytes of RAM at the peak"));
        return parts.isEmpty() ? "nothing was measured" : String.join("; ", parts);
    }

    private static Map<String, Long> rights(AccuracyResult accuracy) {
        Map<String, Long> rights = new LinkedHashMap<>();
        add(rights, "top-1", accuracy.top1Images());
        add(rights, "top-5", accuracy.top5Images());
        add(rights, "agreement", accuracy.agreementImages());
        return rights;
    }

    private static void add(Map<String, Long> rights, String name, OptionalLong images) {
        images.ifPresent(count -> rights.put(name, count));
    }

    private static String share(long right, long images) {
        return Wording.percent((double) right / images);
    }

    ReportTable accuracy() {
        List<List<Entry>> rows = new ArrayList<>();
        result.accuracy().ifPresent(accuracy -> {
            rights(accuracy).forEach((name, right) -> rows.add(counted(name, right, accuracy.images())));
            rows.add(counted("equal to the reference interpreter", accuracy.parityMatched(), accuracy.images()));
            row(rows, "area under the ROC curve", "%.4f", accuracy.auc());
            row(rows, "mean squared error", "%.6g", accuracy.mse());
        });
        return new ReportTable(List.of("Figure", "Value", "95 % interval", "Images"), rows);
    }

    private static List<Entry> counted(String name, long right, long images) {
        ShareInterval interval = ShareInterval.of(right, images);
        return List.of(
                Entry.of(name),
                Entry.of(share(right, images)),
                Entry.of(Wording.percent(interval.low()) + " to " + Wording.percent(interval.high())),
                Entry.of(Wording.count(right) + " of " + Wording.count(images)));
    }

    private static void row(List<List<Entry>> rows, String name, String format, OptionalDouble value) {
        value.ifPresent(found ->
                rows.add(List.of(Entry.of(name), Entry.of(number(format, found)), Entry.NOTHING, Entry.NOTHING)));
    }

    ReportTable latency() {
        List<List<Entry>> rows = new ArrayList<>();
        result.latency().ifPresent(latency -> {
            rows.add(time("least", latency.cyclesMin(), latency.latencyUsMin()));
            rows.add(time("median", latency.cyclesP50(), latency.latencyUsP50()));
            rows.add(time("95 of 100", latency.cyclesP95(), latency.latencyUsP95()));
            rows.add(time("99 of 100", latency.cyclesP99(), latency.latencyUsP99()));
            rows.add(time("most", latency.cyclesMax(), latency.latencyUsMax()));
        });
        return new ReportTable(List.of("Inference", "Cycles", "Milliseconds"), rows);
    }

    private static List<Entry> time(String name, long cycles, double micros) {
        return List.of(
                Entry.of(name), Entry.of(Wording.count(cycles)), Entry.of(number("%.3f", micros / MICROS_A_MILLI)));
    }

    ReportTable layers() {
        List<LayerTime> layers = result.layers().map(LayerTimes::layers).orElse(List.of());
        long all = Math.max(1, layers.stream().mapToLong(LayerTime::cyclesP50).sum());
        long most = Math.max(
                1, layers.stream().mapToLong(LayerTime::cyclesP50).max().orElse(1));
        return new ReportTable(
                List.of("Layer", "Cycles", "", "Share", "Milliseconds"),
                layers.stream()
                        .map(layer -> List.of(
                                Entry.of(layer.name()),
                                Entry.of(Wording.count(layer.cyclesP50())),
                                Entry.bar((double) layer.cyclesP50() / most),
                                Entry.of(Wording.percent((double) layer.cyclesP50() / all)),
                                Entry.of(number("%.3f", layer.latencyUsP50() / MICROS_A_MILLI))))
                        .toList());
    }

    ReportTable memory() {
        List<List<Entry>> rows = new ArrayList<>();
        result.flash()
                .map(FlashResult::flashBytes)
                .ifPresent(bytes -> rows.add(List.of(
                        Entry.of("flash, of the linked image"),
                        Entry.of(Wording.count(bytes)),
                        Entry.NOTHING,
                        Entry.NOTHING)));
        result.memory().ifPresent(memory -> {
            rows.add(peak("activations at their peak", memory.arenaPeakBytes(), memory.arenaBytes()));
            rows.add(peak("stack at its peak", memory.stackPeakBytes(), memory.stackBytes()));
            rows.add(List.of(
                    Entry.of("RAM at the peak"),
                    Entry.of(Wording.count(memory.ramPeakBytes())),
                    Entry.NOTHING,
                    Entry.NOTHING));
        });
        return new ReportTable(List.of("Memory", "Bytes", "", "Of bytes there are"), rows);
    }

    private static List<Entry> peak(String name, long used, long there) {
        return List.of(
                Entry.of(name),
                Entry.of(Wording.count(used)),
                Entry.bar((double) used / Math.max(1, there)),
                Entry.of(Wording.count(there)));
    }

    /** Everything that tells the run from another, in the order from the model to the board. */
    Map<String, String> provenance() {
        Map<String, String> provenance = new LinkedHashMap<>();
        NetworkOrigin origin = result.origin();
        provenance.put("model file", origin.modelFile());
        provenance.put("model SHA-256", origin.modelSha256());
        provenance.put("quantized with", String.join(" ", origin.quantizeArguments()));
        provenance.put("bundle SHA-256", origin.bundleSha256());
        provenance.put("network SHA-256", origin.networkSha256());
        provenance.put("firmware SHA-256", origin.firmwareSha256());
        provenance.put("compiler", origin.compiler());
        provenance.put("compiler flags", String.join(" ", origin.compilerFlags()));
        provenance.put("data set", result.workload().dataSet());
        provenance.put("data SHA-256", origin.dataSha256());
        BenchSetup setup = result.setup();
        provenance.put("HILDA", setup.hildaVersion() + " (" + setup.hildaCommit() + ")");
        provenance.put("host", setup.host());
        provenance.put("OpenOCD", setup.openocdVersion());
        provenance.put("board", result.run().board());
        provenance.put(
                "ST-Link",
                setup.probe() + " " + setup.probeFirmware() + ", serial number "
                        + result.run().boardSerial());
        provenance.put("chip", setup.chipId() + " revision " + setup.chipRevision());
        provenance.put(
                "core clock",
                result.board()
                                .map(BoardResult::coreClockHz)
                                .map(hertz -> Wording.count(hertz) + " Hz from ")
                                .orElse("")
                        + setup.clockSource());
        result.clock()
                .ifPresent(clock -> provenance.put(
                        "core clock by the host's",
                        Wording.count(clock.coreClockByHostHz()) + " ± "
                                + Wording.count(clock.coreClockByHostUncertaintyHz()) + " Hz"));
        result.estimate().ifPresent(estimate -> provenance.put("cycle model", estimate.timingModel()));
        provenance.put("run took", number("%.1f s", result.outcome().runHostMs() / MICROS_A_MILLI));
        return provenance;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
