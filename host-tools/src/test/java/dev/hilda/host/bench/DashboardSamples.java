// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.result.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What benches publish, of runs and nights that were never run. */
final class DashboardSamples {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HOURS = Pattern.compile("@([+-][0-9]+)h");
    private static final Map<String, String> DATA_SETS =
            Map.of("ic01", "cifar10-test", "kws01", "speech-test", "vww01", "vww-test");
    private static final int NIGHTS = 30;
    private static final int IMAGES = 500;

    private DashboardSamples() {}

    /** A result of a run that came to its end, on a board by its ST-Link's serial number. */
    static Result result(String bench, String serial, String model, Instant time, int right, long cycles) {
        return result(UUID.randomUUID().toString(), bench, serial, model, time, right, cycles);
    }

    static Result result(
            String runId, String bench, String serial, String model, Instant time, int right, long cycles) {
        try {
            ObjectNode document = (ObjectNode) JSON.readTree(resource("dashboard-result.json"));
            boolean isVirtual = serial.startsWith("VIRT");
            document.put("run_id", runId)
                    .put("time", time.toString())
                    .put("bench", bench)
                    .put("board", isVirtual ? "virtual-nucleo-h743zi" : "nucleo-h743zi")
                    .put("board_serial", serial)
                    .put("timing", isVirtual ? "estimated" : "measured")
                    .put("model", model)
                    .put("data_set", DATA_SETS.getOrDefault(model, "shapes-held-out"))
                    .put("images", IMAGES)
                    .put("top1_images", right)
                    .put("accuracy_top1", right / (double) IMAGES)
                    .put("cycles_p50", cycles)
                    .put("latency_us_p50", cycles / 480.0);
            return Result.parse(document.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A night of suite {@code nightly}, with trends of three models. */
    static Message morning(String bench) {
        try {
            Matcher hours = HOURS.matcher(resource("dashboard-morning.json"));
            String text = hours.replaceAll(found -> Instant.now()
                    .plus(Duration.ofHours(Long.parseLong(found.group(1))))
                    .toString());
            ObjectNode morning = (ObjectNode) JSON.readTree(text);
            morning.put("bench", bench);
            ArrayNode trends = morning.putArray("trends");
            trends.add(trend("ic01", "cifar10-test", 0.871, -0.02, 10_230_000));
            trends.add(trend("kws01", "speech-test", 0.912, 0, 3_998_000));
            trends.add(trend("vww01", "vww-test", 0.865, 0, 7_010_000));
            return night(bench, "nightly", morning);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Message night(String bench, String suite, JsonNode morning) {
        return new Message(
                "hilda/v1/" + bench + "/night/" + suite, morning.toString(), "application/json", true, Map.of());
    }

    private static ObjectNode trend(String model, String dataSet, double baseline, double lately, long cycles) {
        ObjectNode trend = JSON.createObjectNode()
                .put("model", model)
                .put("data_set", dataSet)
                .put("baseline_accuracy", baseline)
                .put("tolerance_points", 1.0)
                .put("baseline_cycles", cycles)
                .put("tolerance_percent", 2.0);
        ArrayNode points = trend.putArray("points");
        Random random = new Random(model.hashCode());
        for (int night = NIGHTS - 1; night >= 0; night--) {
            points.addObject()
                    .put("night", Instant.now().minus(Duration.ofDays(night)).toString())
                    .put("accuracy", baseline + (night < 2 ? lately : 0) + 0.002 * random.nextGaussian())
                    .put("cycles_p50", Math.round(cycles * (1 + 0.002 * random.nextGaussian())))
                    .put("state", night < 2 && lately < 0 ? "worse" : "equal");
        }
        return trend;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DashboardSamples.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
