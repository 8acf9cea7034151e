package dev.hilda.agent.measure;

import java.util.Arrays;

/** How often each class was taken for each: rows are labels, columns are predictions. Immutable. */
public final class ConfusionMatrix {
    private final int classes;
    private final long[] counts;

    ConfusionMatrix(int classes, long[] counts) {
        this.classes = classes;
        this.counts = counts.clone();
    }

    public int classes() {
        return classes;
    }

    /** Images of the class {@code label} that were taken for {@code prediction}. */
    public long count(int label, int prediction) {
        return counts[label * classes + prediction];
    }

    /** Images of the class {@code label}. */
    public long labelled(int label) {
        return Arrays.stream(counts, label * classes, (label + 1) * classes).sum();
    }

    /** Images that were taken for what they are. */
    public long correct() {
        long correct = 0;
        for (int label = 0; label < classes; label++) {
            correct += count(label, label);
        }
        return correct;
    }
}
