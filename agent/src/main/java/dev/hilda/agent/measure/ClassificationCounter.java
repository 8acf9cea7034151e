// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Counts how often a classifier is right, image by image. Ties count as {@link Ranking} orders them. */
public final class ClassificationCounter {
    private static final int TOP = 5;

    private final int classes;
    /** Images by label, then by prediction. */
    private final TreeMap<Integer, TreeMap<Integer, Long>> confusion = new TreeMap<>();

    private long images;
    private long top5;

    /** @param classes outputs of the network */
    public ClassificationCounter(int classes) {
        this.classes = classes;
    }

    /**
     * Counts an image.
     *
     * @param outputs one per class
     * @param label 0 … classes − 1
     */
    public void add(int[] outputs, int label) {
        if (outputs.length != classes || label < 0 || label >= classes) {
            throw new IllegalArgumentException("expected %d outputs and a label below, got %d outputs and label %d"
                    .formatted(classes, outputs.length, label));
        }
        images++;
        confusion.computeIfAbsent(label, unseen -> new TreeMap<>()).merge(Ranking.first(outputs), 1L, Long::sum);
        if (Ranking.place(outputs, label) < TOP) {
            top5++;
        }
    }

    /** What has been counted so far. */
    public Classification result() {
        List<ConfusionMatrix.Cell> cells = new ArrayList<>();
        confusion.forEach((label, predictions) -> predictions.forEach(
                (prediction, count) -> cells.add(new ConfusionMatrix.Cell(label, prediction, count))));
        ConfusionMatrix matrix = new ConfusionMatrix(classes, cells);
        return new Classification(images, matrix.correct(), top5, matrix);
    }
}
