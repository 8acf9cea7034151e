// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.folder.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A table as {@code sweep.json}, {@code sweep.csv}, {@code sweep.md} and {@code sweep.html}. */
public final class SweepFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SweepFiles() {}

    /** Writes, or replaces, all of them. */
    public static void write(SweepTable table, Path folder) {
        write(folder.resolve("sweep.json"), json(table) + "\n");
        write(folder.resolve("sweep.csv"), csv(table));
        write(folder.resolve("sweep.md"), SweepMarkdown.text(table));
        write(folder.resolve("sweep.html"), SweepPage.html(table));
    }

    private static void write(Path file, String text) {
        try {
            WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw RowStore.failure(file, e);
        }
    }

    /** One object. */
    public static String json(SweepTable table) {
        ObjectNode document = JSON.createObjectNode();
        document.put("schema", "hilda.sweep/2");
        document.put("data", table.data());
        document.put("calibration", table.calibration());
        document.put("has_normalization", table.hasNormalization());
        ArrayNode rows = document.putArray("rows");
        for (SweepRow row : table.rows()) {
            ObjectNode node = rows.addObject();
            node.put("variant", row.variant());
            node.put("bits", row.bits());
            node.put("treatment", row.treatment());
            row.refusal().ifPresent(reason -> node.put("refusal", reason));
            if (row.isRefused()) {
                continue;
            }
            node.put("images", row.images());
            node.put("right", row.rightImages());
            share(node.putObject("top1"), Share.of(row.rightImages(), row.images()));
            share(
                    node.putObject("minus_float"),
                    Share.difference(table.reference().right(), List.of(row.right())));
            row.footprint().ifPresent(takes -> {
                node.put("ro_bytes", takes.roBytes());
                node.put("rw_peak_bytes", takes.rwPeakBytes());
                node.put("arena_bytes", takes.arenaBytes());
                node.put("estimated_cycles", takes.estimatedCycles());
                node.put("pareto", table.isOnFront(row));
            });
            row.budgeted().ifPresent(given -> budgeted(node, given));
        }
        ArrayNode comparisons = document.putArray("searches");
        table.comparisons().forEach(pair -> comparison(comparisons.addObject(), pair));
        return document.toString();
    }

    private static void budgeted(ObjectNode node, SweepRow.Budgeted given) {
        node.put("budget", given.budget());
        node.put("search", given.search());
        node.put("weight_bits", given.weightBits());
        node.put("activation_bits", given.activationBits());
        node.put("divergence_nats", rounded(given.meanDivergence()));
    }

    private static void comparison(ObjectNode node, SearchComparison pair) {
        node.put("variant", pair.rule().variant());
        node.put("budget", pair.rule().budgeted().orElseThrow().budget());
        node.put("treatment", pair.rule().treatment());
        node.put("other_bits", pair.hasOtherBits());
        share(node.putObject("divergence_nats_minus_rule"), pair.divergence());
        node.put("lost", pair.lost());
        node.put("won", pair.won());
        node.put("mcnemar_p", rounded(pair.probability()));
        node.put("holm_p", rounded(pair.corrected()));
    }

    private static void share(ObjectNode node, Share share) {
        node.put("value", rounded(share.value()));
        node.put("low", rounded(share.low()));
        node.put("high", rounded(share.high()));
    }

    private static double rounded(double share) {
        return Math.rint(share * 1e6) / 1e6;
    }

    static String csv(SweepTable table) {
        StringBuilder text = new StringBuilder(
                "variant,bits,treatment,images,right,top1,top1_low,top1_high,minus_float,"
                        + "minus_float_low,minus_float_high,ro_bytes,rw_peak_bytes,arena_bytes,estimated_cycles,pareto,divergence_nats,refusal\n");
        for (SweepRow row : table.rows()) {
            text.append("%s,%s,%s,".formatted(row.variant(), row.bits(), row.treatment()));
            if (row.isRefused()) {
                String reason = row.refusal().orElse("").replace("\"", "\"\"");
                text.append(",".repeat(14)).append('"').append(reason).append("\"\n");
                continue;
            }
            Share top1 = Share.of(row.rightImages(), row.images());
            Share difference = Share.difference(table.reference().right(), List.of(row.right()));
            text.append("%d,%d,%s,%s,".formatted(row.images(), row.rightImages(), columns(top1), columns(difference)));
            text.append(row.footprint()
                    .map(takes -> "%d,%d,%d,%d,%b,%s,\n"
                            .formatted(
                                    takes.roBytes(),
                                    takes.rwPeakBytes(),
                                    takes.arenaBytes(),
                                    takes.estimatedCycles(),
                                    table.isOnFront(row),
                                    divergence(row)))
                    .orElse(",,,,,,\n"));
        }
        return text.toString();
    }

    private static String divergence(SweepRow row) {
        return row.budgeted()
                .map(given -> String.format(Locale.ROOT, "%.6f", given.meanDivergence()))
                .orElse("");
    }

    private static String columns(Share share) {
        return String.format(Locale.ROOT, "%.4f,%.4f,%.4f", share.value(), share.low(), share.high());
    }
}
