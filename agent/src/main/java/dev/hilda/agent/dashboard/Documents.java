// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** JSON of benches, which may be of any version, or no JSON at all. */
final class Documents {
    /** More than a night of many models has. */
    static final int MOST_CHARACTERS = 2_000_000;

    private static final int MOST_TEXT = 2000;
    private static final int MOST_DEPTH = 30;

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), true)
            .build();

    /** What the page shows of a result besides its layers and its confusion. */
    private static final List<String> SHOWN = List.of(
            "schema",
            "run_id",
            "time",
            "bench",
            "board",
            "board_serial",
            "timing",
            "passed",
            "complete",
            "failure_kind",
            "failure",
            "run_host_ms",
            "model",
            "data_set",
            "bundle_sha256",
            "hilda_version",
            "metric",
            "images",
            "parity_matched",
            "accuracy_top1",
            "accuracy_top5",
            "agreement",
            "auc",
            "mse",
            "cycles_p50",
            "latency_us_p50",
            "core_clock_hz",
            "flash_bytes",
            "ram_peak_bytes",
            "estimate_low_percent",
            "estimate_high_percent");

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MOST_DEPTH)
                        .build());
    }

    private Documents() {}

    /** An object; empty where it is something else. */
    static Optional<ObjectNode> object(String text) {
        try {
            return text.length() <= MOST_CHARACTERS && JSON.readTree(text) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The part of a result that lists need. */
    static ObjectNode summary(String subject, JsonNode result) {
        ObjectNode summary = JSON.createObjectNode().put("subject", subject);
        for (String field : SHOWN) {
            JsonNode value = result.path(field);
            if (value.isTextual() && value.textValue().length() > MOST_TEXT) {
                summary.put(field, value.textValue().substring(0, MOST_TEXT) + "…");
            } else if (value.isValueNode()) {
                summary.set(field, value);
            }
        }
        return summary;
    }

    static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
