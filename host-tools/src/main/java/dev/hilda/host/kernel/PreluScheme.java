// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four channels of a pixel at a time: {@code kernels/prelu.h}. */
public record PreluScheme(PreluLayer layer, Tensor input, Tensor output) implements KernelScheme {
    @Override
    public String kernelName() {
        return "prelu_a%d_o%d".formatted(input.bits(), output.bits());
    }

    @Override
    public Optional<String> objection() {
        return Int32.objection(layer, input);
    }

    /** A multiplier for each channel. */
    @Override
    public Constants constants() {
        return Constants.table(
                (long) Integer.BYTES * layer.requantization().multipliers().size());
    }

    @Override
    public long scratchBytes() {
        return 0;
    }

    @Override
    public List<Reach> reach() {
        return List.of(PairReads.of(input, output));
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.inPlace(output));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.prelu(this);
    }
}
