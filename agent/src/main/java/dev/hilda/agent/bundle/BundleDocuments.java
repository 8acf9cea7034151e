// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.bundle.BundleReport.LayerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The two JSON documents of a bundle, strict in reading; {@code bundle-manifest-1.schema.json} and
 * {@code bundle-report-1.schema.json} beside this class describe them.
 */
final class BundleDocuments {
    static final String MANIFEST_SCHEMA = "hilda/bundle/1";
    static final String REPORT_SCHEMA = "hilda/bundle-report/1";

    /** Added to version 1, as the next: missing in earlier bundles, whose bytes stay as they are. */
    private static final String COMPILER_FLAGS = "compiler_flags";

    private static final String CALIBRATED_CLIPPING = "calibration_clipped_share";

    private static final String QUANTIZE_ARGUMENTS = "quantize_arguments";

    private static final String FUSED = "fused";
    private static final String ARENA_MEMORY = "arena_memory"; // added to version 1

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Name and content check of one part. */
    record Part(String sha256, long sizeBytes) {}

    /** What a manifest says. */
    record Manifest(
            String networkName,
            String modelHash,
            Provenance provenance,
            OptionalDouble calibratedClipping,
            Map<String, Part> parts) {}

    private BundleDocuments() {}

    static byte[] write(Manifest manifest) {
        ObjectNode document = JSON.createObjectNode();
        document.put("schema", MANIFEST_SCHEMA);
        document.put("network", manifest.networkName());
        document.put("model_hash", manifest.modelHash());
        Provenance provenance = manifest.provenance();
        document.put("model_file", provenance.modelFile());
        document.put("model_sha256", provenance.modelSha256());
        document.put("tool_version", provenance.toolVersion());
        document.put("seed", provenance.seed());
        document.put("toolchain", provenance.toolchain());
        putTexts(document, COMPILER_FLAGS, provenance.compilerFlags());
        putTexts(document, QUANTIZE_ARGUMENTS, provenance.quantizeArguments());
        document.put("board", provenance.board());
        document.put("mcu", provenance.mcu());
        manifest.calibratedClipping().ifPresent(share -> document.put(CALIBRATED_CLIPPING, share));
        ArrayNode parts = document.putArray("parts");
        manifest.parts()
                .forEach((name, part) -> parts.addObject()
                        .put("name", name)
                        .put("sha256", part.sha256())
                        .put("size_bytes", part.sizeBytes()));
        return bytes(document);
    }

    /**
     * @throws IllegalArgumentException when it is not a manifest of this version
     */
    static Manifest manifest(byte[] content) {
        JsonNode document = parse(content, BundleParts.MANIFEST, MANIFEST_SCHEMA);
        Provenance provenance = new Provenance(
                text(document, "model_file"),
                text(document, "model_sha256"),
                text(document, "tool_version"),
                number(document, "seed"),
                text(document, "toolchain"),
                texts(document, COMPILER_FLAGS),
                texts(document, QUANTIZE_ARGUMENTS),
                text(document, "board"),
                text(document, "mcu"));
        Map<String, Part> parts = new LinkedHashMap<>();
        for (JsonNode part : array(document, "parts")) {
            parts.put(text(part, "name"), new Part(text(part, "sha256"), number(part, "size_bytes")));
        }
        return new Manifest(
                text(document, "network"),
                text(document, "model_hash"),
                provenance,
                share(document, CALIBRATED_CLIPPING),
                parts);
    }

    static byte[] write(BundleReport report) {
        ObjectNode document = JSON.createObjectNode();
        document.put("schema", REPORT_SCHEMA);
        document.put("macs", report.macs());
        document.put("flash_bytes", report.flashBytes());
        document.put("arena_bytes", report.arenaBytes());
        report.arenaMemory().ifPresent(memory -> document.put(ARENA_MEMORY, memory));
        document.put("alive_bytes", report.aliveBytes());
        document.put("scratch_bytes", report.scratchBytes());
        document.put("static_ram_bytes", report.staticRamBytes());
        document.put("stack_bytes", report.stackBytes());
        putFused(document, report.fused());
        ArrayNode layers = document.putArray("layers");
        for (LayerReport layer : report.layers()) {
            layers.addObject()
                    .put("name", layer.name())
                    .put("q_in", layer.inputBits())
                    .put("q_w", layer.weightBits())
                    .put("q_out", layer.outputBits())
                    .put("macs", layer.macs())
                    .put("flash_bytes", layer.flashBytes())
                    .put("ram_bytes", layer.ramBytes())
                    .put("scratch_bytes", layer.scratchBytes());
        }
        return bytes(document);
    }

    /** Bundles without fused layers keep the bytes they had. */
    private static void putFused(ObjectNode document, List<FusedLayers> fused) {
        if (!fused.isEmpty()) {
            ArrayNode blocks = document.putArray(FUSED);
            for (FusedLayers block : fused) {
                blocks.addObject()
                        .put("first_layer", block.firstLayer())
                        .put("last_layer", block.lastLayer())
                        .put("rows_per_turn", block.rowsPerTurn())
                        .put("turns", block.turns())
                        .put("buffer_bytes", block.bufferBytes())
                        .put("recomputed_macs", block.recomputedMacs());
            }
        }
    }

    private static List<FusedLayers> fused(JsonNode document) {
        List<FusedLayers> fused = new ArrayList<>();
        if (!document.has(FUSED)) {
            return fused;
        }
        for (JsonNode block : array(document, FUSED)) {
            fused.add(new FusedLayers(
                    Math.toIntExact(number(block, "first_layer")),
                    Math.toIntExact(number(block, "last_layer")),
                    Math.toIntExact(number(block, "rows_per_turn")),
                    Math.toIntExact(number(block, "turns")),
                    number(block, "buffer_bytes"),
                    number(block, "recomputed_macs")));
        }
        return fused;
    }

    /**
     * @throws IllegalArgumentException when it is not a report of this version
     */
    static BundleReport report(byte[] content) {
        JsonNode document = parse(content, BundleParts.REPORT, REPORT_SCHEMA);
        List<LayerReport> layers = new ArrayList<>();
        for (JsonNode layer : array(document, "layers")) {
            layers.add(new LayerReport(
                    text(layer, "name"),
                    Math.toIntExact(number(layer, "q_in")),
                    Math.toIntExact(number(layer, "q_w")),
                    Math.toIntExact(number(layer, "q_out")),
                    number(layer, "macs"),
                    number(layer, "flash_bytes"),
                    number(layer, "ram_bytes"),
                    layer.has("scratch_bytes") ? number(layer, "scratch_bytes") : 0)); // added to version 1
        }
        return new BundleReport(
                layers,
                fused(document),
                number(document, "flash_bytes"),
                number(document, "arena_bytes"),
                document.has(ARENA_MEMORY) ? Optional.of(text(document, ARENA_MEMORY)) : Optional.empty(),
                number(document, "static_ram_bytes"),
                number(document, "stack_bytes"));
    }

    private static JsonNode parse(byte[] content, String file, String schema) {
        JsonNode document;
        try {
            document = JSON.readTree(content);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " is not JSON", e);
        }
        String actual = document.path("schema").asText();
        if (!actual.equals(schema)) {
            throw new IllegalArgumentException(
                    file + " has schema '" + actual + "', this version of HILDA reads '" + schema + "'");
        }
        return document;
    }

    private static byte[] bytes(ObjectNode document) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        try {
            return (JSON.writer(printer).writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JacksonException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("field '" + field + "' is not a text");
        }
        return value.textValue();
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("field '" + field + "' is not an integer");
        }
        return value.longValue();
    }

    private static OptionalDouble share(JsonNode node, String field) {
        if (!node.has(field)) {
            return OptionalDouble.empty();
        }
        JsonNode value = node.path(field);
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
            throw new IllegalArgumentException("field '" + field + "' is not a share from 0 to 1");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    private static void putTexts(ObjectNode document, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(document.putArray(field)::add);
        }
    }

    private static List<String> texts(JsonNode node, String field) {
        if (!node.has(field)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array(node, field)) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException("field '" + field + "' holds something else than texts");
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    private static JsonNode array(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isArray()) {
            throw new IllegalArgumentException("field '" + field + "' is not an array");
        }
        return value;
    }
}
