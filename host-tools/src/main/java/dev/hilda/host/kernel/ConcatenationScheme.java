// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Run by run, one of each input in turn; code by code where runs begin within a byte: {@code kernels/concatenation.h}.
 *
 * @param inputs in the layer's order
 */
public record ConcatenationScheme(ConcatenationLayer layer, List<Tensor> inputs, Tensor output) implements CodeScheme {
    public ConcatenationScheme {
        inputs = List.copyOf(inputs);
    }

    @Override
    public String kernelName() {
        return "concatenation_a%d".formatted(output.bits());
    }

    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    /** Of each input. */
    public int runs() {
        return switch (layer.axis()) {
            case HEIGHT -> 1;
            case WIDTH -> output.shape().height();
            case CHANNEL -> output.shape().pixels();
        };
    }

    /** Whether every run begins at a byte of the output. */
    public boolean isOfBytes() {
        List<Tensor> allButLast = inputs.subList(0, inputs.size() - 1);
        return layer.axis() != Axis.CHANNEL
                || allButLast.stream().allMatch(input -> input.shape().channels() * input.bits() % Byte.SIZE == 0);
    }

    /** A run of bytes is copied by memcpy, for which its two places may not overlap: as if it were read after it is written. */
    @Override
    public List<Reach> reach() {
        List<Reach> reach = new ArrayList<>();
        for (int input = 0; input < inputs.size(); input++) {
            reach.add(reach(input));
        }
        return List.copyOf(reach);
    }

    private Reach reach(int of) {
        Reach.Trace trace = new Reach.Trace();
        long written = 0;
        for (int run = 0; run < runs(); run++) {
            int channel = 0;
            for (int input = 0; input < inputs.size(); input++) {
                Tensor part = inputs.get(input);
                long bytes = part.packedBytes() / runs();
                long readAt = run * bytes;
                int channels = part.shape().channels();
                if (isOfBytes()) {
                    read(trace, input == of, readAt, readAt + bytes);
                    written += bytes;
                    trace.write(written);
                    read(trace, input == of, readAt, readAt + bytes);
                } else {
                    for (int code = 0; code < channels; code++) {
                        read(
                                trace,
                                input == of,
                                readAt + Quads.bytesBefore(part, code),
                                readAt + Quads.bytesThrough(part, code));
                        trace.write(run * (long) output.pixelBytes() + Quads.bytesThrough(output, channel + code));
                    }
                }
                channel += channels;
            }
        }
        return trace.reach();
    }

    private static void read(Reach.Trace trace, boolean isRead, long from, long to) {
        if (isRead) {
            trace.read(from, to);
        }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.concatenation(this);
    }
}
