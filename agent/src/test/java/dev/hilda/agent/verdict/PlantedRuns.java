// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs whose figures are chosen. */
public final class PlantedRuns {
    public static final int IMAGES = 1000;

    /** That the baseline gets right. */
    private static final int RIGHT = 870;

    private final String measured;

    /** @param folder for a data set */
    public PlantedRuns(Path folder) {
        try {
            measured = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 4, "top1"))
                    .toJson();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One run with other fields in its document than a passed one of 1,000 images, and what its images came to. */
    public JudgedRun run(List<ImageOutcome> images, Map<String, Object> fields) {
        try {
            ObjectNode document = (ObjectNode) new ObjectMapper().readTree(measured);
            long right = images.stream()
                    .filter(image -> image.correct().orElse(false))
                    .count();
            document.put("images", IMAGES).put("parity_matched", IMAGES);
            document.put("top1_images", right).put("accuracy_top1", (double) right / IMAGES);
            document.put("cycles_p50", 1_000_000).put("flash_bytes", 100_000).put("ram_peak_bytes", 30_000);
            fields.forEach((name, value) -> document.set(name, new ObjectMapper().valueToTree(value)));
            return new JudgedRun(RunResult.parse(document.toString()), images);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The run that others are held against. */
    public JudgedRun baseline() {
        return run(images(0, 0), Map.of());
    }

    /** The run of another network, which loses and wins so many images. */
    public JudgedRun retrained(int lost, int won) {
        return retrained(lost, won, Map.of());
    }

    /** The same with other fields. */
    public JudgedRun retrained(int lost, int won, Map<String, Object> fields) {
        Map<String, Object> all = new HashMap<>(
                Map.of("network_sha256", "0f".repeat(32), "bundle_sha256", "1f".repeat(32), "run_id", id(2)));
        all.putAll(fields);
        return run(images(lost, won), all);
    }

    /** A run of the baseline's network with other fields. */
    public JudgedRun again(Map<String, Object> fields) {
        return run(images(0, 0), fields);
    }

    /** An id that begins with a digit. */
    public static String id(int digit) {
        return digit + "0dd5cee-4474-4abc-a29c-73043f32510c";
    }

    /** Of 1,000 images 870 are right, then so many no more, and so many others instead. */
    static List<ImageOutcome> images(int lost, int won) {
        List<ImageOutcome> images = new ArrayList<>();
        for (int index = 0; index < IMAGES; index++) {
            boolean right = index < RIGHT ? index >= lost : index < RIGHT + won;
            images.add(image(index, right));
        }
        return images;
    }

    static ImageOutcome image(int index, boolean right) {
        return new ImageOutcome(
                String.format(Locale.ROOT, "%064x", index),
                OptionalInt.of(1),
                OptionalInt.of(right ? 1 : 2),
                Optional.of(right),
                true);
    }
}
