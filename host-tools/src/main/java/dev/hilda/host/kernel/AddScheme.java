// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four codes at a time: {@code kernels/elementwise.h}. */
public record AddScheme(AddLayer layer, Tensor first, Tensor second, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "add_a%d_a%d_o%d".formatted(first.bits(), second.bits(), output.bits());
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
        return reach(first, second, output);
    }

    static List<Reach> reach(Tensor first, Tensor second, Tensor output) {
        return List.of(
                ElementReads.of(first, output, first.bits(), second.bits()),
                ElementReads.of(second, output, first.bits(), second.bits()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.add(this);
    }
}
