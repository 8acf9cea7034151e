// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.util.List;
import java.util.Optional;

/**
 * What a node of the quantized network computes, in real numbers.
 *
 * @param operator with what the codes of its weights stand for
 * @param quantization what its result is rounded to
 * @param weights where it has some
 */
record NodeStep(Operator operator, ActivationQuantization quantization, Optional<WeightQuantization> weights) {
    /** What the result's codes stand for. */
    Batch codes(List<Batch> inputs) {
        return codes(inputs, quantization);
    }

    /** On another grid. */
    Batch codes(List<Batch> inputs, ActivationQuantization grid) {
        Batch made = FloatOperators.run(operator, inputs);
        return grid.bits() == Tensor.INT32_BITS ? made : LayerwiseQuantization.rounded(made, CodeGrid.of(grid));
    }
}
