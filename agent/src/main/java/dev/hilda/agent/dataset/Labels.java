// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Labels of all samples of a set, or of none. */
final class Labels {
    static final Labels NONE = new Labels(new int[0], 0);

    private final int[] labels;
    private final int offset;

    /** @param offset added to each label, as for networks whose class 0 is the background */
    Labels(int[] labels, int offset) {
        this.labels = labels.clone();
        this.offset = offset;
    }

    boolean present() {
        return labels.length > 0;
    }

    int size() {
        return labels.length;
    }

    /** Added to each label. */
    int offset() {
        return offset;
    }

    OptionalInt label(int index) {
        return present() ? OptionalInt.of(labels[index] + offset) : OptionalInt.empty();
    }

    /** Those of some of the samples. */
    Labels of(int[] samples) {
        return present()
                ? new Labels(
                        Arrays.stream(samples).map(sample -> labels[sample]).toArray(), offset)
                : NONE;
    }

    /** The smallest label, offset added. */
    OptionalInt smallest() {
        return stream(labels.length).min();
    }

    /** The largest label, offset added. */
    OptionalInt largest() {
        return stream(labels.length).max();
    }

    /** The labels of the first samples, offset added; none where there are none. */
    IntStream stream(int samples) {
        return Arrays.stream(labels).limit(samples).map(label -> label + offset);
    }
}
