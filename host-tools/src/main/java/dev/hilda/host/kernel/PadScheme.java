// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Row by row: {@code kernels/movement.h}. */
public record PadScheme(PadLayer layer, Tensor input, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "pad_a%d".formatted(input.bits());
    }

    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    /** A row is copied by memcpy, for which its two places may not overlap: as if it were read after it is written. */
    @Override
    public List<Reach> reach() {
        Reach.Trace trace = new Reach.Trace();
        long rowBytes = (long) input.shape().width() * input.pixelBytes();
        for (int y = 0; y < input.shape().height(); y++) {
            long pixel = (long) (y + layer.top()) * output.shape().width() + layer.left();
            trace.read(y * rowBytes, (y + 1) * rowBytes);
            trace.write(pixel * output.pixelBytes() + rowBytes);
            trace.read(y * rowBytes, (y + 1) * rowBytes);
        }
        return List.of(trace.reach());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.pad(this);
    }
}
