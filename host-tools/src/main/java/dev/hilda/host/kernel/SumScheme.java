// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four codes at a time: {@code kernels/pairs.h}. */
public record SumScheme(SumLayer layer, Tensor first, Tensor second, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "sum_a%d_a%d_o%d".formatted(first.bits(), second.bits(), output.bits());
    }

    @Override
    public Optional<String> objection() {
        return Int32.of(layer.addend())
                .plus(layer.firstMultiplier(), 0, Bits.highestCode(first.bits()))
                .plus(layer.secondMultiplier(), 0, Bits.highestCode(second.bits()))
                .objection("sums");
    }

    @Override
    public List<Reach> reach() {
        return List.of(PairReads.of(first, output), PairReads.of(second, output));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.sum(this);
    }
}
