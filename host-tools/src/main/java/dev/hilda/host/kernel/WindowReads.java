// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;

/** What lies under a window, as {@code kernels/window.h} finds it. */
record WindowReads(Window window, Tensor input, Tensor output) {
    /** Of a kernel that computes so many pixels of a row at a time and reads their windows before it stores. */
    Reach byPixels(int pixels) {
        Reach.Trace trace = new Reach.Trace();
        int width = output.shape().width();
        for (int y = 0; y < output.shape().height(); y++) {
            for (int x = 0; x < width; x += pixels) {
                int end = Math.min(width, x + pixels);
                for (int pixel = x; pixel < end; pixel++) {
                    read(trace, y, pixel, 0, input.pixelBytes());
                }
                trace.write((long) (y * width + end) * output.pixelBytes());
            }
        }
        return trace.reach();
    }

    /**
     * Of a kernel that computes blocks of so many pixels, whatever rows they are of, and reads their windows before it
     * stores.
     *
     * @param joining pixels that the last block may have beyond them
     */
    Reach byBlocks(int block, int joining) {
        Reach.Trace trace = new Reach.Trace();
        int width = output.shape().width();
        int pixels = output.shape().pixels();
        for (int first = 0; first < pixels; ) {
            int left = pixels - first;
            int end = left <= block + joining ? pixels : first + block;
            for (int pixel = first; pixel < end; pixel++) {
                read(trace, pixel / width, pixel % width, 0, input.pixelBytes());
            }
            trace.write((long) end * output.pixelBytes());
            first = end;
        }
        return trace.reach();
    }

    /** Of a kernel that computes four output channels of a pixel at a time. */
    Reach byQuads() {
        Reach.Trace trace = new Reach.Trace();
        int channels = output.shape().channels();
        int multiplier = channels / input.shape().channels();
        for (int pixel = 0; pixel < output.shape().pixels(); pixel++) {
            long pixelAt = (long) pixel * output.pixelBytes();
            for (int first = 0; first < channels; first += Quads.CHANNELS) {
                int last = Math.min(channels, first + Quads.CHANNELS) - 1;
                read(
                        trace,
                        pixel / output.shape().width(),
                        pixel % output.shape().width(),
                        Quads.bytesBefore(input, first / multiplier),
                        Quads.bytesThrough(input, last / multiplier));
                trace.write(pixelAt + Quads.bytesThrough(output, last));
            }
        }
        return trace.reach();
    }

    /** Bytes {@code from} … {@code to} − 1 of all pixels under the window of an output pixel. */
    private void read(Reach.Trace trace, int y, int x, long from, long to) {
        int top = y * window.strideHeight() - window.padTop();
        int left = x * window.strideWidth() - window.padLeft();
        int height = input.shape().height();
        int width = input.shape().width();
        int firstRow = firstInside(top, window.dilationHeight());
        int lastRow = lastInside(top, height, window.kernelHeight(), window.dilationHeight());
        int firstColumn = firstInside(left, window.dilationWidth());
        int lastColumn = lastInside(left, width, window.kernelWidth(), window.dilationWidth());
        if (firstRow <= lastRow && firstColumn <= lastColumn) {
            trace.read(
                    ((long) firstRow * width + firstColumn) * input.pixelBytes() + from,
                    ((long) lastRow * width + lastColumn) * input.pixelBytes() + to);
        }
    }

    /** Coordinate of the first tap at 0 or above. */
    private static int firstInside(int start, int dilation) {
        return start >= 0 ? start : Math.floorMod(start, dilation);
    }

    /** Coordinate of the last tap below the extent. */
    private static int lastInside(int start, int extent, int kernel, int dilation) {
        int last = Math.min(kernel - 1, Math.floorDiv(extent - 1 - start, dilation));
        return start + last * dilation;
    }
}
