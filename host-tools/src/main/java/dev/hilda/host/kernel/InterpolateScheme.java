// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four codes at a time, of four pixels each: {@code kernels/interpolate.h}. */
public record InterpolateScheme(InterpolateLayer layer, Tensor input, Tensor output) implements KernelScheme {
    private static final int POSITION_BYTES = 6;

    @Override
    public String kernelName() {
        return "interpolate_a%d".formatted(input.bits());
    }

    /** Weights of 2^20 together and codes of at most 255: 2^28 and half a step. */
    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    @Override
    public Constants constants() {
        int positions = output.shape().height() + output.shape().width();
        return Constants.table((long) POSITION_BYTES * positions);
    }

    @Override
    public long scratchBytes() {
        return 0;
    }

    @Override
    public List<Reach> reach() {
        Reach.Trace trace = new Reach.Trace();
        long writeAt = 0;
        for (int y = 0; y < output.shape().height(); y++) {
            for (int x = 0; x < output.shape().width(); x++) {
                long[] corners = corners(y, x);
                int channels = input.shape().channels();
                for (int first = 0; first < channels; first += Quads.CHANNELS) {
                    int last = Math.min(channels, first + Quads.CHANNELS) - 1;
                    for (long corner : corners) {
                        trace.read(corner + Quads.bytesBefore(input, first), corner + Quads.bytesThrough(input, last));
                    }
                    trace.write(writeAt + Quads.bytesThrough(output, last));
                }
                writeAt += output.pixelBytes();
            }
        }
        return List.of(trace.reach());
    }

    /** Where the four pixels begin that a pixel of the output is made of. */
    private long[] corners(int y, int x) {
        Positions rows = layer.rows();
        Positions columns = layer.columns();
        long lower = rows.lower().get(y) * (long) input.shape().width();
        long upper = rows.upper().get(y) * (long) input.shape().width();
        int left = columns.lower().get(x);
        int right = columns.upper().get(x);
        int bytes = input.pixelBytes();
        return new long[] {
            (lower + left) * bytes, (lower + right) * bytes, (upper + left) * bytes, (upper + right) * bytes
        };
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.interpolate(this);
    }
}
