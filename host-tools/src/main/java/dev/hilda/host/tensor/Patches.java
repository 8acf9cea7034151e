// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.Arrays;

/**
 * What a convolution's window sees at each output position: one row per image and position, each with the values in the
 * order kernel row, kernel column, channel and zeros where the window is outside the input.
 */
public final class Patches {
    private Patches() {}

    /** Values of one row. */
    public static int columns(Window window, TensorShape input) {
        return window.taps() * input.channels();
    }

    /**
     * The patches of some images, row-major: image, output row, output column.
     *
     * @param firstImage of {@code input}
     */
    public static float[] of(Batch input, Window window, int firstImage, int images) {
        TensorShape shape = input.shape();
        TensorShape out = window.outputShape(shape, 1);
        float[] rows = new float[Math.multiplyExact(images * out.pixels(), columns(window, shape))];
        int target = 0;
        for (int image = firstImage; image < firstImage + images; image++) {
            for (int y = 0; y < out.height(); y++) {
                for (int x = 0; x < out.width(); x++) {
                    copy(input, window, image, y, x, rows, target);
                    target += columns(window, shape);
                }
            }
        }
        return rows;
    }

    /**
     * Adds the patches of every image and output position.
     *
     * @param sums one for each value of a row
     */
    public static void addTo(double[] sums, Batch input, Window window) {
        float[] row = new float[columns(window, input.shape())];
        TensorShape out = window.outputShape(input.shape(), 1);
        for (int image = 0; image < input.images(); image++) {
            for (int y = 0; y < out.height(); y++) {
                for (int x = 0; x < out.width(); x++) {
                    Arrays.fill(row, 0);
                    copy(input, window, image, y, x, row, 0);
                    for (int column = 0; column < row.length; column++) {
                        sums[column] += row[column];
                    }
                }
            }
        }
    }

    /** The patch of one output position, written to {@code row} from {@code target} on; what is outside stays as it is. */
    public static void copy(Batch input, Window window, int image, int y, int x, float[] row, int target) {
        float[] values = input.values();
        runs(
                input.shape(),
                window,
                image,
                y,
                x,
                (value, column, length) -> System.arraycopy(values, value, row, target + column, length));
    }

    /** The transpose of {@link #copy}: adds a row to those inputs that it would be copied from. */
    public static void add(
            float[] row, int first, float[] sums, TensorShape shape, Window window, int image, int y, int x) {
        runs(shape, window, image, y, x, (value, column, length) -> {
            for (int index = 0; index < length; index++) {
                sums[value + index] += row[first + column + index];
            }
        });
    }

    /** Takes values that lie side by side in the input and in the row. */
    private interface Run {
        void take(int value, int column, int length);
    }

    /** Of one output position: all that is inside the input. */
    private static void runs(TensorShape shape, Window window, int image, int y, int x, Run run) {
        int channels = shape.channels();
        int left = x * window.strideWidth() - window.padLeft();
        // Without dilation a row of the kernel sees neighbours.
        int together = window.dilationWidth() == 1 ? window.kernelWidth() : 1;
        for (int kernelY = 0; kernelY < window.kernelHeight(); kernelY++) {
            int inputY = y * window.strideHeight() + kernelY * window.dilationHeight() - window.padTop();
            if (inputY < 0 || inputY >= shape.height()) {
                continue;
            }
            int line = (image * shape.height() + inputY) * shape.width();
            for (int kernelX = 0; kernelX < window.kernelWidth(); kernelX += together) {
                int inputX = left + kernelX * window.dilationWidth();
                int from = Math.max(0, inputX);
                int to = Math.min(shape.width(), inputX + together);
                if (from < to) {
                    int tap = kernelY * window.kernelWidth() + kernelX + from - inputX;
                    run.take((line + from) * channels, tap * channels, (to - from) * channels);
                }
            }
        }
    }
}
