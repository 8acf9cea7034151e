// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Four codes at a time, each through a table: {@code kernels/lookup.h}. */
public record LookupScheme(LookupLayer layer, Tensor input, Tensor output) implements KernelScheme {
    @Override
    public String kernelName() {
        return "lookup_a%d_o%d".formatted(input.bits(), output.bits());
    }

    /** Nothing is summed, and a network's tables hold the output's codes. */
    @Override
    public Optional<String> objection() {
        return Optional.empty();
    }

    @Override
    public Constants constants() {
        return Constants.table((long) Byte.BYTES * layer.codes().size());
    }

    @Override
    public long scratchBytes() {
        return 0;
    }

    @Override
    public List<Reach> reach() {
        return List.of(ElementReads.of(input, output));
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.inPlace(output));
    }

    /** By input code. */
    public byte[] table() {
        byte[] table = new byte[layer.codes().size()];
        for (int code = 0; code < table.length; code++) {
            table[code] = (byte) layer.codes().get(code);
        }
        return table;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.lookup(this);
    }
}
