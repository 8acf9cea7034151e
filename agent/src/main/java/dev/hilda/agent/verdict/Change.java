// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.result.BoardResult;
import dev.hilda.agent.result.EstimateResult;
import dev.hilda.agent.result.RunResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What is not the same of two runs, besides their figures.
 *
 * @param field of the result's document
 */
public record Change(String field, String baseline, String candidate) {
    private static final Map<String, Function<RunResult, String>> FIELDS = new LinkedHashMap<>();
    private static final int SHOWN_DIGITS = 12;
    private static final String HASH = "[0-9a-f]{64}";

    static {
        FIELDS.put("model", run -> run.workload().model());
        FIELDS.put("model_file", run -> run.origin().modelFile());
        FIELDS.put("model_sha256", run -> run.origin().modelSha256());
        FIELDS.put("bundle_sha256", run -> run.origin().bundleSha256());
        FIELDS.put("network_sha256", run -> run.origin().networkSha256());
        FIELDS.put("quantize_arguments", run -> words(run.origin().quantizeArguments()));
        FIELDS.put("compiler", run -> run.origin().compiler());
        FIELDS.put("compiler_flags", run -> words(run.origin().compilerFlags()));
        FIELDS.put("hilda_version", run -> run.setup().hildaVersion());
        FIELDS.put("hilda_commit", run -> run.setup().hildaCommit());
        FIELDS.put("data_set", run -> run.workload().dataSet());
        FIELDS.put("data_sha256", run -> run.origin().dataSha256());
        FIELDS.put(
                "metric",
                run -> run.accuracy().map(found -> found.metric().label()).orElse(""));
        FIELDS.put("bench", run -> run.run().bench());
        FIELDS.put("board", run -> run.run().board());
        FIELDS.put("board_serial", run -> run.run().boardSerial());
        FIELDS.put("chip_id", run -> run.setup().chipId());
        FIELDS.put("chip_revision", run -> run.setup().chipRevision());
        FIELDS.put("clock_source", run -> run.setup().clockSource());
        FIELDS.put(
                "core_clock_hz",
                run -> run.board()
                        .map(BoardResult::coreClockHz)
                        .map(String::valueOf)
                        .orElse(""));
        FIELDS.put("timing", run -> run.run().timing().label());
        FIELDS.put(
                "timing_model",
                run -> run.estimate().map(EstimateResult::timingModel).orElse(""));
        FIELDS.put("openocd_version", run -> run.setup().openocdVersion());
        FIELDS.put("probe", run -> run.setup().probe());
        FIELDS.put("probe_firmware", run -> run.setup().probeFirmware());
    }

    /** All that are known. */
    static Set<String> fields() {
        return Collections.unmodifiableSet(FIELDS.keySet());
    }

    /** In the order of the way from the model to the board. */
    static List<Change> between(RunResult baseline, RunResult candidate) {
        List<Change> changes = new ArrayList<>();
        FIELDS.forEach((field, value) -> {
            Change change = new Change(field, value.apply(baseline), value.apply(candidate));
            if (!change.baseline.equals(change.candidate)) {
                changes.add(change);
            }
        });
        return changes;
    }

    /** Those of some fields. */
    static List<Change> among(List<Change> changes, Set<String> fields) {
        return changes.stream().filter(change -> fields.contains(change.field)).toList();
    }

    private static String words(List<String> words) {
        return String.join(" ", words);
    }

    /** For people: hashes by their beginning. */
    @Override
    public String toString() {
        return field + " " + shown(baseline) + ", now " + shown(candidate);
    }

    private static String shown(String value) {
        if (value.matches(HASH)) {
            return value.substring(0, SHOWN_DIGITS);
        }
        return value.isEmpty() ? "none" : value;
    }
}
