// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;

/** What {@code kernels/elementwise.h} and {@code kernels/lookup.h} read of an operand. */
final class ElementReads {
    private ElementReads() {}

    /** Of a kernel of one operand. */
    static Reach of(Tensor operand, Tensor output) {
        return of(operand, output, operand.bits(), Byte.SIZE);
    }

    /**
     * Quad by quad within a pixel, or within a row where no pixel of any tensor has unused bits.
     *
     * @param firstBits of the first operand
     * @param secondBits of the second
     */
    static Reach of(Tensor operand, Tensor output, int firstBits, int secondBits) {
        int narrowest = Math.min(output.bits(), Math.min(firstBits, secondBits));
        int width = operand.shape().width();
        boolean dense = operand.shape().channels() * narrowest % Byte.SIZE == 0;
        int channels = operand.shape().channels() * (dense ? width : 1);
        int pixels = operand.shape().height() * (dense ? 1 : width);
        Reach.Trace trace = new Reach.Trace();
        for (long pixel = 0; pixel < pixels; pixel++) {
            long readAt = pixel * Quads.bytesThrough(operand, channels - 1);
            long writeAt = pixel * Quads.bytesThrough(output, channels - 1);
            for (int first = 0; first < channels; first += Quads.CHANNELS) {
                int last = Math.min(channels, first + Quads.CHANNELS) - 1;
                trace.read(readAt + Quads.bytesBefore(operand, first), readAt + Quads.bytesThrough(operand, last));
                trace.write(writeAt + Quads.bytesThrough(output, last));
            }
        }
        return trace.reach();
    }
}
