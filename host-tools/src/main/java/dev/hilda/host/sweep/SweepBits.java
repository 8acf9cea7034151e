// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.StepProgress;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.UniformBits;
import java.util.OptionalInt;

/** Bits of weights and activations, the same in all layers but the first and the last, whose weights keep 8 where told. */
public enum SweepBits implements BitGoal {
    W8A8("W8A8", 8, 8, true),
    W4A8("W4A8", 4, 8, true),
    W4A4("W4A4", 4, 4, true),
    W2A4("W2A4", 2, 4, true),
    W2A2("W2A2", 2, 2, true),
    W4A4_THROUGHOUT("W4A4 throughout", 4, 4, false);

    private static final Budget PLENTY = Budget.paper(1L << 50, 1L << 50);

    private final String label;
    private final int weights;
    private final int activations;
    private final boolean keepsEnds;

    SweepBits(String label, int weights, int activations, boolean keepsEnds) {
        this.label = label;
        this.weights = weights;
        this.activations = activations;
        this.keepsEnds = keepsEnds;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public BitAssignment assign(Graph canonical, CalibrationData data, QuantizeOptions options, StepProgress progress) {
        Overrides given = new UniformBits(OptionalInt.of(weights), OptionalInt.of(activations), keepsEnds)
                .under(Overrides.NONE, canonical);
        return MemoryDrivenAssignment.assign(canonical, PLENTY, options.variant(), given);
    }
}
