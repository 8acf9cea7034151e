// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.Arrays;

/**
 * How a kernel slides over height and width. Padding may differ on all four sides.
 *
 * @param dilationHeight distance of neighbouring taps, 1 without dilation
 */
public record Window(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        int padTop,
        int padBottom,
        int padLeft,
        int padRight) {
    /** Of each component. No network comes near it, and products of two extents stay in int32. */
    public static final int MAX_EXTENT = 1 << 14;

    public Window {
        Checks.that(kernelHeight >= 1 && kernelWidth >= 1, "a kernel of at least 1×1", kernelHeight, kernelWidth);
        Checks.that(strideHeight >= 1 && strideWidth >= 1, "strides of at least 1", strideHeight, strideWidth);
        Checks.that(
                dilationHeight >= 1 && dilationWidth >= 1, "dilations of at least 1", dilationHeight, dilationWidth);
        Checks.that(
                padTop >= 0 && padBottom >= 0 && padLeft >= 0 && padRight >= 0,
                "padding of at least 0",
                padTop,
                padBottom,
                padLeft,
                padRight);
        int[] extents = {
            kernelHeight,
            kernelWidth,
            strideHeight,
            strideWidth,
            dilationHeight,
            dilationWidth,
            padTop,
            padBottom,
            padLeft,
            padRight
        };
        Checks.that(
                Arrays.stream(extents).allMatch(extent -> extent <= MAX_EXTENT),
                "kernel, strides, dilations and padding of at most " + MAX_EXTENT,
                extents);
    }

    /** A window of stride and dilation 1 without padding. */
    public static Window of(int kernelHeight, int kernelWidth) {
        return new Window(kernelHeight, kernelWidth, 1, 1, 1, 1, 0, 0, 0, 0);
    }

    /**
     * TensorFlow's SAME padding: ⌈input / stride⌉ outputs, the odd row or column of padding at the bottom or right.
     *
     * @param input shape of what the window slides over
     */
    public static Window same(
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int dilationHeight,
            int dilationWidth,
            TensorShape input) {
        int vertical = samePadding(input.height(), kernelHeight, strideHeight, dilationHeight);
        int horizontal = samePadding(input.width(), kernelWidth, strideWidth, dilationWidth);
        return new Window(
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                dilationHeight,
                dilationWidth,
                vertical / 2,
                vertical - vertical / 2,
                horizontal / 2,
                horizontal - horizontal / 2);
    }

    /** The same window with other padding. */
    public Window withPadding(int top, int bottom, int left, int right) {
        return new Window(
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                dilationHeight,
                dilationWidth,
                top,
                bottom,
                left,
                right);
    }

    /** Whether the padding is TensorFlow's SAME for an input of this shape. */
    public boolean hasSamePadding(TensorShape input) {
        return equals(same(kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, input));
    }

    private static int samePadding(int input, int kernel, int stride, int dilation) {
        int outputs = (input + stride - 1) / stride;
        return Math.max(0, (outputs - 1) * stride + (kernel - 1) * dilation + 1 - input);
    }

    public boolean isPadded() {
        return padTop > 0 || padBottom > 0 || padLeft > 0 || padRight > 0;
    }

    /** Taps: kernel height times width. */
    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /**
     * Shape of the output.
     *
     * @throws IllegalArgumentException when the kernel is larger than the padded input
     */
    public TensorShape outputShape(TensorShape input, int outputChannels) {
        int height = outputExtent(input.height() + padTop + padBottom, kernelHeight, strideHeight, dilationHeight);
        int width = outputExtent(input.width() + padLeft + padRight, kernelWidth, strideWidth, dilationWidth);
        Checks.that(height >= 1 && width >= 1, "a kernel no larger than the padded input " + input, this);
        return new TensorShape(height, width, outputChannels);
    }

    private static int outputExtent(int padded, int kernel, int stride, int dilation) {
        return Math.floorDiv(padded - dilation * (kernel - 1) - 1, stride) + 1;
    }
}
