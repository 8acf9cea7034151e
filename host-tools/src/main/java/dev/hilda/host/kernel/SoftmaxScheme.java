// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Pixel by pixel with a table: {@code kernels/softmax.h}. */
public record SoftmaxScheme(SoftmaxLayer layer, Tensor input, Tensor output) implements KernelScheme {
    @Override
    public String kernelName() {
        return "softmax_a%d".formatted(input.bits());
    }

    /** Its layer has at most as many channels as uint32 holds. */
    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    @Override
    public Constants constants() {
        return Constants.table((long) Integer.BYTES * layer.exponentials().size());
    }

    @Override
    public long scratchBytes() {
        return 0;
    }

    @Override
    public List<Reach> reach() {
        return reach(input, output);
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.inPlace(output));
    }

    /** Three times over a pixel; the last time it stores. */
    static List<Reach> reach(Tensor input, Tensor output) {
        Reach.Trace trace = new Reach.Trace();
        int channels = input.shape().channels();
        for (long pixel = 0; pixel < input.shape().pixels(); pixel++) {
            long readAt = pixel * input.pixelBytes();
            trace.read(readAt, readAt + input.pixelBytes());
            for (int channel = 0; channel < channels; channel++) {
                trace.read(readAt + Quads.bytesBefore(input, channel), readAt + Quads.bytesThrough(input, channel));
                trace.write(pixel * channels + channel + 1);
            }
        }
        return List.of(trace.reach());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.softmax(this);
    }
}
