// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four channels of a pixel at a time: {@code kernels/pooling.h}. */
public record MaxPoolScheme(MaxPoolLayer layer, Tensor input, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "max_pool_a%d".formatted(input.bits());
    }

    @Override
    public Optional<String> objection() {
        return Optional.empty();
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
        return visitor.maxPool(this);
    }
}
