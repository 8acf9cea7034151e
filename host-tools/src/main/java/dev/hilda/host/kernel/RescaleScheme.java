// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four codes at a time: {@code kernels/elementwise.h}. */
public record RescaleScheme(RescaleLayer layer, Tensor input, Tensor output) implements CodeScheme {
    @Override
    public String kernelName() {
        return "rescale_a%d_o%d".formatted(input.bits(), output.bits());
    }

    @Override
    public Optional<String> objection() {
        return Int32.of(layer.addend())
                .plus(layer.multiplier(), 0, Bits.highestCode(input.bits()))
                .objection("sums");
    }

    @Override
    public List<Reach> reach() {
        return List.of(ElementReads.of(input, output));
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.inPlace(output));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.rescale(this);
    }
}
