// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.dataset.SamplePicture;
import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.measure.ConfusionMatrix.Cell;
import dev.hilda.agent.measure.ImageOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Pictures of what was taken for something else, the most frequent confusions first.
 *
 * @param found of the images that were looked for, those that the data set holds; the data set of the run holds all
 * @param sought images that were looked for
 */
public record ConfusedImages(List<Confusion> confusions, int found, int sought) {
    private static final int MOST_CONFUSIONS = 12;
    private static final int MOST_IMAGES = 8;

    /** Images of one class that were taken for another. */
    public record Confusion(int label, int prediction, long images, List<Shown> shown) {
        public Confusion {
            shown = List.copyOf(shown);
        }
    }

    /**
     * One of them.
     *
     * @param id names it in the data set
     */
    public record Shown(String id, SamplePicture picture) {}

    private record Kind(int label, int prediction) {}

    public ConfusedImages {
        confusions = List.copyOf(confusions);
    }

    /**
     * Looks for images by the hash of what they hold, wherever they stand; reads the set until all are found.
     *
     * @param set for one input
     */
    public static ConfusedImages of(DataSet set, ConfusionMatrix matrix, List<ImageOutcome> outcomes) {
        Map<Kind, List<Shown>> shown = new LinkedHashMap<>();
        List<Cell> worst = matrix.worst(MOST_CONFUSIONS);
        worst.forEach(cell -> shown.put(new Kind(cell.label(), cell.prediction()), new ArrayList<>()));
        Map<String, List<Kind>> sought = sought(shown, outcomes);
        int all = sought.values().stream().mapToInt(List::size).sum();
        int left = all;
        for (int index = 0; index < set.size() && left > 0; index++) {
            OptionalInt label = set.label(index);
            if (label.isEmpty() || shown.keySet().stream().noneMatch(kind -> kind.label == label.getAsInt())) {
                continue;
            }
            Sample sample = set.sample(index);
            List<Kind> kinds = sought.getOrDefault(sample.sha256(), List.of());
            for (Kind kind : List.copyOf(kinds)) {
                if (kind.label == label.getAsInt()) {
                    shown.getOrDefault(kind, new ArrayList<>()).add(new Shown(sample.id(), SamplePicture.of(sample)));
                    kinds.remove(kind);
                    left--;
                    break;
                }
            }
        }
        List<Confusion> confusions = worst.stream()
                .map(cell -> new Confusion(
                        cell.label(),
                        cell.prediction(),
                        cell.images(),
                        shown.getOrDefault(new Kind(cell.label(), cell.prediction()), List.of())))
                .toList();
        return new ConfusedImages(confusions, all - left, all);
    }

    /** The first images of each kind, by their hashes; an image that is there twice is sought twice. */
    private static Map<String, List<Kind>> sought(Map<Kind, List<Shown>> kinds, List<ImageOutcome> outcomes) {
        Map<Kind, Integer> taken = new HashMap<>();
        Map<String, List<Kind>> sought = new HashMap<>();
        for (ImageOutcome outcome : outcomes) {
            if (outcome.label().isPresent() && outcome.prediction().isPresent()) {
                Kind kind = new Kind(
                        outcome.label().getAsInt(), outcome.prediction().getAsInt());
                if (kinds.containsKey(kind) && taken.merge(kind, 1, Integer::sum) <= MOST_IMAGES) {
                    sought.computeIfAbsent(outcome.sha256(), hash -> new ArrayList<>())
                            .add(kind);
                }
            }
        }
        return sought;
    }
}
