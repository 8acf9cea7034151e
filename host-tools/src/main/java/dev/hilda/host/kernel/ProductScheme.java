// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four codes at a time: {@code kernels/pairs.h}. */
public record ProductScheme(ProductLayer layer, Tensor first, Tensor second, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "product_a%d_a%d_o%d".formatted(first.bits(), second.bits(), output.bits());
    }

    @Override
    public Optional<String> objection() {
        return Int32.objection(layer, first, second);
    }

    @Override
    public List<Reach> reach() {
        return List.of(PairReads.of(first, output), PairReads.of(second, output));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.product(this);
    }
}
