// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.StepProgress;
import dev.hilda.host.quantize.bits.BitAssignment;

/** What decides the bits of a row. */
public sealed interface BitGoal permits SweepBits, BudgetGoal {
    /** As tables say it. */
    String label();

    /**
     * The bits of each tensor.
     *
     * @throws dev.hilda.host.quantize.bits.BudgetException when memory does not do
     * @throws dev.hilda.host.quantize.QuantizationException when the variant does not go with a search
     */
    BitAssignment assign(Graph canonical, CalibrationData data, QuantizeOptions options, StepProgress progress);
}
