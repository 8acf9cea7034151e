// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import java.util.Arrays;
import java.util.Optional;

/**
 * Windows of convolution and pooling. Along the one axis of a one-dimensional layer, which is the width here, or along both.
 */
final class Windows {
    private static final int HEIGHT = 0;
    private static final int WIDTH = 1;

    private final OperatorEntry entry;
    private final TensorShape input;
    private final int axes;
    private final int[] kernel;

    /**
     * @param axes along which windows slide, 1 or 2
     * @param kernel extents, height before width
     */
    Windows(OperatorEntry entry, TensorShape input, int axes, int[] kernel) {
        this.entry = entry;
        this.input = input;
        this.axes = axes;
        this.kernel = kernel;
    }

    /** @param extents one or two */
    static int[] heightAndWidth(long[] extents, String what) {
        ImportProblem.requireIntact(
                extents.length == 1 || extents.length == 2, "1 or 2 " + what, Arrays.toString(extents));
        int[] both = new int[] {1, 1};
        for (int index = 0; index < extents.length; index++) {
            long extent = extents[index];
            ImportProblem.requireIntact(
                    extent >= 1 && extent <= Window.MAX_EXTENT, what + " of at least 1", Arrays.toString(extents));
            both[2 - extents.length + index] = (int) extent;
        }
        return both;
    }

    Window window() {
        int[] strides = attribute("strides");
        int[] dilations = attribute("dilations");
        int[] pads = pads(strides, dilations);
        return new Window(
                kernel[HEIGHT],
                kernel[WIDTH],
                strides[HEIGHT],
                strides[WIDTH],
                dilations[HEIGHT],
                dilations[WIDTH],
                pads[0],
                pads[2],
                pads[1],
                pads[3]);
    }

    private int[] attribute(String name) {
        Optional<long[]> given = entry.integers(name);
        given.ifPresent(extents ->
                ImportProblem.requireIntact(extents.length == axes, axes + " " + name, Arrays.toString(extents)));
        return given.map(extents -> heightAndWidth(extents, name)).orElse(new int[] {1, 1});
    }

    /** Top, left, bottom, right. */
    private int[] pads(int[] strides, int[] dilations) {
        String automatic = entry.text("auto_pad", "NOTSET");
        return switch (automatic) {
            case "NOTSET" -> explicit();
            case "VALID" -> new int[4];
            case "SAME_UPPER", "SAME_LOWER" -> {
                int[] pads = new int[4];
                for (int axis = HEIGHT; axis <= WIDTH; axis++) {
                    int extent = axis == HEIGHT ? input.height() : input.width();
                    int outputs = (extent + strides[axis] - 1) / strides[axis];
                    int total = (outputs - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - extent;
                    int smaller = Math.max(0, total) / 2;
                    int larger = Math.max(0, total) - smaller;
                    pads[axis] = automatic.equals("SAME_UPPER") ? smaller : larger;
                    pads[2 + axis] = automatic.equals("SAME_UPPER") ? larger : smaller;
                }
                yield pads;
            }
            default -> throw ImportProblem.damaged("auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER", automatic);
        };
    }

    private int[] explicit() {
        long[] given = entry.integers("pads").orElse(new long[2 * axes]);
        ImportProblem.requireIntact(given.length == 2 * axes, 2 * axes + " pads", Arrays.toString(given));
        int[] pads = new int[4];
        for (int index = 0; index < given.length; index++) {
            if (given[index] < 0 || given[index] > Window.MAX_EXTENT) {
                throw new ImportProblem(
                        "pads from 0 to " + Window.MAX_EXTENT, Arrays.toString(given), "crop by Slice instead");
            }
            pads[given.length == 4 ? index : 1 + 2 * index] = (int) given[index];
        }
        return pads;
    }
}
