// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.SplittableRandom;

/** Shapes and windows that implementations tend to get wrong. */
final class RandomShapes {
    /** On both sides of the lane counts 2, 4, 8, 16 and 32. */
    private static final int[] CHANNELS = {1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 24, 31, 32, 33, 48};

    private static final int MAX_EXTENT = 11;
    private static final int MAX_VECTOR = 1500;

    private RandomShapes() {}

    static TensorShape map(SplittableRandom random) {
        boolean single = random.nextInt(8) == 0;
        int height = single ? 1 : 1 + random.nextInt(MAX_EXTENT);
        int width = single ? 1 : 1 + random.nextInt(MAX_EXTENT);
        return new TensorShape(height, width, channels(random));
    }

    /** A map of more rows than columns, so that several layers may halve it. */
    static TensorShape high(SplittableRandom random) {
        return new TensorShape(4 + random.nextInt(28), 1 + random.nextInt(6), channels(random));
    }

    /** A vector, often longer than what fits one chunk of a packed sum. */
    static TensorShape vector(SplittableRandom random) {
        return TensorShape.vector(random.nextBoolean() ? channels(random) : 1 + random.nextInt(MAX_VECTOR));
    }

    /**
     * A map of which sums of codes reach what 16 bits hold, when all codes are at their highest or already when they are
     * random. Of 2 bits a board would take long to receive it.
     *
     * @param bits 8 or 4
     */
    static TensorShape largeSums(SplittableRandom random, int bits) {
        int width = 8 + random.nextInt(17);
        boolean edge = bits == 4 || random.nextInt(3) == 0;
        double part = edge ? 0.9 + 0.3 * random.nextDouble() : 2.1 + random.nextDouble();
        double pixels = part * 0xFFFF / Bits.highestCode(bits);
        return new TensorShape((int) Math.round(pixels / width), width, 1 + random.nextInt(bits / 2));
    }

    static int channels(SplittableRandom random) {
        return CHANNELS[random.nextInt(CHANNELS.length)];
    }

    /** As many outputs as make tables of weights worth while, or nearly. */
    static int manyChannels(SplittableRandom random) {
        return 60 + random.nextInt(180);
    }

    /** A window that fits the input and that has at least one tap inside of it wherever it stands. */
    static Window window(SplittableRandom random, TensorShape input, int maxKernel) {
        while (true) {
            Window window = any(random, maxKernel);
            if (fits(input.height() + window.padTop() + window.padBottom(), extent(window, true))
                    && fits(input.width() + window.padLeft() + window.padRight(), extent(window, false))
                    && touches(window, input)) {
                return window;
            }
        }
    }

    /** The window of most depthwise layers, of stride 1 or 2, where it fits the input; else any. */
    static Window threeByThree(SplittableRandom random, TensorShape input) {
        int stride = 1 + random.nextInt(2);
        Window window = new Window(
                3,
                3,
                stride,
                stride,
                1,
                1,
                padding(random, 3),
                padding(random, 3),
                padding(random, 3),
                padding(random, 3));
        boolean fits = fits(input.height() + window.padTop() + window.padBottom(), 3)
                && fits(input.width() + window.padLeft() + window.padRight(), 3);
        return fits && touches(window, input) ? window : window(random, input, 3);
    }

    /** A window that lies wholly inside the input wherever it stands; at times it is all of the input. */
    static Window inside(SplittableRandom random, TensorShape input, int maxKernel) {
        if (random.nextInt(3) == 0 || input.pixels() > MAX_EXTENT * MAX_EXTENT) {
            return Window.of(input.height(), input.width());
        }
        while (true) {
            Window any = any(random, maxKernel);
            if (fits(input.height(), extent(any, true)) && fits(input.width(), extent(any, false))) {
                return new Window(
                        any.kernelHeight(),
                        any.kernelWidth(),
                        any.strideHeight(),
                        any.strideWidth(),
                        any.dilationHeight(),
                        any.dilationWidth(),
                        0,
                        0,
                        0,
                        0);
            }
        }
    }

    private static Window any(SplittableRandom random, int maxKernel) {
        boolean square = random.nextBoolean();
        int kernelHeight = 1 + random.nextInt(maxKernel);
        int kernelWidth = square ? kernelHeight : 1 + random.nextInt(maxKernel);
        boolean plain = random.nextBoolean();
        int strideHeight = plain ? 1 : 1 + random.nextInt(4);
        int strideWidth = plain || square ? strideHeight : 1 + random.nextInt(4);
        int dilationHeight = random.nextInt(4) > 0 ? 1 : 1 + random.nextInt(3);
        int dilationWidth = random.nextInt(4) > 0 ? 1 : 1 + random.nextInt(3);
        int vertical = (kernelHeight - 1) * dilationHeight + 1;
        int horizontal = (kernelWidth - 1) * dilationWidth + 1;
        return new Window(
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                dilationHeight,
                dilationWidth,
                padding(random, vertical),
                padding(random, vertical),
                padding(random, horizontal),
                padding(random, horizontal));
    }

    private static int padding(SplittableRandom random, int extent) {
        return random.nextBoolean() ? extent / 2 : random.nextInt(extent);
    }

    private static int extent(Window window, boolean vertical) {
        return vertical
                ? (window.kernelHeight() - 1) * window.dilationHeight() + 1
                : (window.kernelWidth() - 1) * window.dilationWidth() + 1;
    }

    private static boolean fits(int padded, int extent) {
        return padded >= extent;
    }

    private static boolean touches(Window window, TensorShape input) {
        TensorShape output = window.outputShape(input, input.channels());
        for (int y = 0; y < output.height(); y++) {
            int first = y * window.strideHeight() - window.padTop();
            if (!touches(first, window.dilationHeight(), window.kernelHeight(), input.height())) {
                return false;
            }
        }
        for (int x = 0; x < output.width(); x++) {
            int first = x * window.strideWidth() - window.padLeft();
            if (!touches(first, window.dilationWidth(), window.kernelWidth(), input.width())) {
                return false;
            }
        }
        return true;
    }

    private static boolean touches(int first, int dilation, int taps, int extent) {
        for (int tap = 0; tap < taps; tap++) {
            int position = first + tap * dilation;
            if (position >= 0 && position < extent) {
                return true;
            }
        }
        return false;
    }
}
