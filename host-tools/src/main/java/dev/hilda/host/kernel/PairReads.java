// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;

/** What {@code kernels/pairs.h} and {@code kernels/prelu.h} read of an operand, quad by quad within each pixel of the output. */
final class PairReads {
    private PairReads() {}

    static Reach of(Tensor operand, Tensor output) {
        Reach.Trace trace = new Reach.Trace();
        TensorShape shape = output.shape();
        for (int pixel = 0; pixel < shape.pixels(); pixel++) {
            long row = Math.min(pixel / shape.width(), operand.shape().height() - 1);
            long column = Math.min(pixel % shape.width(), operand.shape().width() - 1);
            long readAt = (row * operand.shape().width() + column) * operand.pixelBytes();
            long writeAt = (long) pixel * output.pixelBytes();
            for (int first = 0; first < shape.channels(); first += Quads.CHANNELS) {
                int last = Math.min(shape.channels(), first + Quads.CHANNELS) - 1;
                int firstRead = Math.min(first, operand.shape().channels() - 1);
                int lastRead = Math.min(last, operand.shape().channels() - 1);
                trace.read(
                        readAt + Quads.bytesBefore(operand, firstRead), readAt + Quads.bytesThrough(operand, lastRead));
                trace.write(writeAt + Quads.bytesThrough(output, last));
            }
        }
        return trace.reach();
    }
}
