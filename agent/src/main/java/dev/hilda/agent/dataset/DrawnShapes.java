// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.dataset.shapes.ShapeImage;
import dev.hilda.agent.dataset.shapes.ShapeKind;
import dev.hilda.agent.dataset.shapes.ShapeSplit;
import java.util.Locale;

/** Images that are drawn when they are asked for. */
final class DrawnShapes implements SampleSource {
    private final ShapeSplit split;
    private final int size;

    DrawnShapes(ShapeSplit split, int size) {
        this.split = split;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String id(int index) {
        return "shapes-" + split.name().toLowerCase(Locale.ROOT) + "/" + index;
    }

    @Override
    public byte[] read(int index) {
        return ShapeImage.draw(split.firstSeed() + index).pixels();
    }

    /** Labels need no drawing: consecutive seeds go through the classes in turn. */
    Labels labels() {
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = i % ShapeKind.values().length;
        }
        return new Labels(labels, 0);
    }
}
