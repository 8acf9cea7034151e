// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.BundleReport.LayerReport;
import dev.hilda.agent.bundle.FusedLayers;
import dev.hilda.agent.cli.TextTable;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.pipeline.RetrainReport;
import dev.hilda.host.quantize.LayerNoise;
import dev.hilda.host.quantize.SensitivitySearch;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.host.retrain.TrainingLoss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What quantization tells of its bundle, for people and as JSON.
 *
 * @param bits how memory decided them, where it did
 * @param ramModel how activations were counted then
 * @param search what a search for them found, where there was one
 * @param noise of each layer's result on the calibration data, where there was any
 * @param retraining what it came to, where there was one
 */
record QuantizeOutput(
        Bundle bundle,
        Path file,
        Optional<BitAssignment> bits,
        RamModel ramModel,
        Optional<SensitivitySearch.Found> search,
        List<LayerNoise> noise,
        Optional<RetrainReport> retraining) {
    String text() {
        BundleReport report = bundle.report();
        TextTable table = new TextTable(
                "layer",
                "in",
                "weights",
                "out",
                "MACs",
                "flash bytes",
                "RAM bytes",
                "scratch bytes",
                "SQNR dB",
                "kernel");
        for (int index = 0; index < report.layers().size(); index++) {
            LayerReport layer = report.layers().get(index);
            table.add(
                    layer.name(),
                    String.valueOf(layer.inputBits()),
                    layer.weightBits() == 0 ? "" : String.valueOf(layer.weightBits()),
                    bits(layer.outputBits()),
                    TextTable.number(layer.macs()),
                    TextTable.number(layer.flashBytes()),
                    TextTable.number(layer.ramBytes()),
                    TextTable.number(layer.scratchBytes()),
                    decibels(layer.name()).stream()
                            .mapToObj(decibels -> String.format(Locale.ROOT, "%.1f", decibels))
                            .findFirst()
                            .orElse(""),
                    scheme(index).method());
        }
        return table
                + String.format(
                        Locale.ROOT,
                        "Quantized %s for %s: %,d MACs, %,d bytes of flash linked%n"
                                + "  RAM       %s;%n"
                                + "            %,d placed by the linker, and at most %,d of stack%n",
                        bundle.provenance().modelFile(),
                        bundle.provenance().board(),
                        report.macs(),
                        report.flashBytes(),
                        ram(report.aliveBytes(), report.arenaBytes(), report.arenaMemory(), report.scratchBytes()),
                        report.staticRamBytes(),
                        report.stackBytes())
                + compromises()
                + fused()
                + bits.map(this::budgets).orElse("")
                + search.map(QuantizeOutput::found).orElse("")
                + retraining.map(QuantizeOutput::retrained).orElse("")
                + "  bundle    " + file;
    }

    private KernelScheme scheme(int layer) {
        IntegerNetwork network = bundle.network();
        return KernelScheme.of(network, network.layers().get(layer));
    }

    /** Why layers do not have the fastest kernel; of one reason, all layers it holds for. */
    private String compromises() {
        Map<String, List<String>> layers = new LinkedHashMap<>();
        for (int index = 0; index < bundle.report().layers().size(); index++) {
            String name = name(index);
            scheme(index)
                    .compromise()
                    .ifPresent(reason -> layers.computeIfAbsent(reason, any -> new ArrayList<>())
                            .add(name));
        }
        return layers.entrySet().stream()
                .map(entry -> String.format(
                        "  slower    %s:%n            %s%n", String.join(", ", entry.getValue()), entry.getKey()))
                .collect(Collectors.joining());
    }

    private String fused() {
        long macs = bundle.report().macs();
        return bundle.report().fused().stream()
                .map(block -> String.format(
                        Locale.ROOT,
                        "  fused     %s to %s, %d turns of %d rows: %,d bytes of rows between them, %,d MACs recomputed"
                                + " (%.1f %%)%n",
                        name(block.firstLayer()),
                        name(block.lastLayer()),
                        block.turns(),
                        block.rowsPerTurn(),
                        block.bufferBytes(),
                        block.recomputedMacs(),
                        100.0 * block.recomputedMacs() / Math.max(1, macs)))
                .collect(Collectors.joining());
    }

    private String name(int layer) {
        return bundle.report().layers().get(layer).name();
    }

    /** As placed, and what overlapping saves. */
    static String ram(long aliveBytes, long arenaBytes, Optional<String> arenaMemory, long scratchBytes) {
        return String.format(
                Locale.ROOT,
                "%,d bytes of activations%s (%,d without overlaps), %,d for kernels to work in",
                arenaBytes,
                arenaMemory.map(memory -> " in " + memory).orElse(""),
                aliveBytes,
                scratchBytes);
    }

    /** What the budgets were held against. */
    private String budgets(BitAssignment bits) {
        return String.format(
                Locale.ROOT,
                "  budgets   %,d bytes of weights and parameters, %,d bytes of activations at %s (%s)%n",
                bits.roBytes(),
                bits.rwPeakBytes(),
                bits.rwPeakNode(),
                ramModel.label());
    }

    private static String found(SensitivitySearch.Found found) {
        return String.format(
                Locale.ROOT,
                "  search    mean KL from 8 bits %.4f nats, %.4f with the bits of the memory-driven rule;%n"
                        + "            %,d cycles estimated, %,d with the rule's%n",
                found.found(),
                found.rule(),
                found.foundCycles(),
                found.ruleCycles());
    }

    private static String retrained(RetrainReport report) {
        boolean byLabels = report.loss() == TrainingLoss.LABELS;
        return String.format(
                Locale.ROOT,
                "  retrained epoch %d: on held-back images mean %s %.4f nats, %s to"
                        + " %.1f %%;%n            integers answer %.1f %% as trained%n",
                report.best().number(),
                byLabels ? "cross entropy" : "KL from float",
                report.best().divergence(),
                byLabels ? "the right answer" : "the float network's answer",
                100 * report.best().agreement(),
                100 * report.integerAgreement());
    }

    String json() {
        BundleReport report = bundle.report();
        ObjectNode document = new ObjectMapper().createObjectNode();
        document.put("model", bundle.network().name());
        document.put("model_hash", bundle.modelHash());
        document.put("board", bundle.provenance().board());
        document.put("bundle", file.toString());
        ArrayNode layers = document.putArray("layers");
        for (int index = 0; index < report.layers().size(); index++) {
            LayerReport layer = report.layers().get(index);
            KernelScheme scheme = scheme(index);
            ObjectNode row = layers.addObject();
            row.put("name", layer.name());
            row.put("scheme", scheme.kernelName());
            scheme.compromise().ifPresent(reason -> row.put("slower_because", reason));
            row.put("q_in", layer.inputBits());
            if (layer.weightBits() == 0) {
                row.putNull("q_w");
            } else {
                row.put("q_w", layer.weightBits());
            }
            row.put("q_out", layer.outputBits());
            row.put("macs", layer.macs());
            row.put("flash_bytes", layer.flashBytes());
            row.put("ram_bytes", layer.ramBytes());
            row.put("scratch_bytes", layer.scratchBytes());
            decibels(layer.name()).ifPresent(decibels -> row.put("sqnr_db", Math.round(decibels * 100) / 100.0));
        }
        document.put("macs", report.macs());
        document.put("flash_bytes", report.flashBytes());
        document.put("ram_bytes", report.arenaBytes());
        report.arenaMemory().ifPresent(memory -> document.put("ram_memory", memory));
        document.put("ram_alive_bytes", report.aliveBytes());
        document.put("scratch_bytes", report.scratchBytes());
        ArrayNode fused = document.putArray("fused");
        for (FusedLayers block : report.fused()) {
            ObjectNode row = fused.addObject();
            row.put("first_layer", name(block.firstLayer()));
            row.put("last_layer", name(block.lastLayer()));
            row.put("rows_per_turn", block.rowsPerTurn());
            row.put("turns", block.turns());
            row.put("buffer_bytes", block.bufferBytes());
            row.put("recomputed_macs", block.recomputedMacs());
        }
        document.put("stack_bytes", report.stackBytes());
        document.put("ram_static_bytes", report.staticRamBytes());
        bits.ifPresent(decided -> {
            document.put("ro_bytes", decided.roBytes());
            document.put("rw_peak_bytes", decided.rwPeakBytes());
            document.put("rw_peak_layer", decided.rwPeakNode());
            document.put("ram_model", ramModel.label());
        });
        search.ifPresent(found -> {
            document.put("kl_nats", found.found());
            document.put("rule_kl_nats", found.rule());
            document.put("estimated_cycles", found.foundCycles());
            document.put("rule_estimated_cycles", found.ruleCycles());
        });
        retraining.ifPresent(trained -> {
            document.put("retrained_epoch", trained.best().number());
            boolean byLabels = trained.loss() == TrainingLoss.LABELS;
            document.put(
                    byLabels ? "held_back_cross_entropy_nats" : "held_back_kl_nats",
                    trained.best().divergence());
            document.put(
                    byLabels ? "held_back_accuracy" : "held_back_agreement",
                    trained.best().agreement());
            document.put("integer_agreement", trained.integerAgreement());
        });
        return document.toString();
    }

    /** As tables say it. */
    static String bits(int bits) {
        return bits == Tensor.INT32_BITS ? "int32" : String.valueOf(bits);
    }

    /** Empty without calibration, and where it is no number: integers that are exact, a result that is all 0. */
    private OptionalDouble decibels(String layer) {
        return noise.stream()
                .filter(node -> node.node().equals(layer))
                .mapToDouble(LayerNoise::signalToNoiseDecibels)
                .filter(Double::isFinite)
                .findFirst();
    }
}
