// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four channels of a pixel at a time: {@code kernels/pooling.h}. */
public record AveragePoolScheme(AveragePoolLayer layer, Tensor input, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "average_pool_a%d".formatted(input.bits());
    }

    /** The sum, half a count on top. */
    @Override
    public Optional<String> objection() {
        long positions = Math.min(layer.window().taps(), input.shape().pixels());
        long highest = Math.max(Bits.highestCode(input.bits()), layer.tieThreshold());
        return Int32.of(positions / 2).plus(positions, 0, highest).objection("sums");
    }

    @Override
    public List<Reach> reach() {
        return List.of(new WindowReads(layer.window(), input, output).byQuads());
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.under(layer.window(), input, output));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.averagePool(this);
    }
}
