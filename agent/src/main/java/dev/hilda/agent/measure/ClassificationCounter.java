package dev.hilda.agent.measure;

/** Counts how often a classifier is right, image by image. Ties count as {@link Ranking} orders them. */
public final class ClassificationCounter {
    private static final int TOP = 5;

    private final int classes;
    private final long[] confusion;
    private long images;
    private long top5;

    /** @param classes outputs of the network */
    public ClassificationCounter(int classes) {
        this.classes = classes;
        this.confusion = new long[Math.multiplyExact(classes, classes)];
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
        confusion[label * classes + Ranking.first(outputs)]++;
        if (Ranking.place(outputs, label) < TOP) {
            top5++;
        }
    }

    /** What has been counted so far. */
    public Classification result() {
        ConfusionMatrix matrix = new ConfusionMatrix(classes, confusion);
        return new Classification(images, matrix.correct(), top5, matrix);
    }
}
