// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import java.util.List;

/** A product of two activations, rounded once: M = S₁·S₂ / S_y. */
final class ProductLowering {
    private ProductLowering() {}

    /**
     * @param tensors the two that are read, then the one that is written
     * @throws LoweringException when int32 is too narrow
     */
    static ProductLayer layer(
            String name,
            List<Integer> tensors,
            ActivationQuantization first,
            ActivationQuantization second,
            ActivationQuantization output,
            Activation activation) {
        LoweringException.require(
                Bits.isCode(output.bits()), name, "expected a product of 8, 4 or 2 bits, got " + output);
        double multiplier = first.scale() * second.scale() / output.scale();
        ChannelRange range = ChannelRange.varying(multiplier, magnitude(first) * magnitude(second), 0);
        RequantizationChoice choice =
                new RequantizationChoice(name, new ChannelRange[] {range}, output, Clamps.of(output, activation));
        return new ProductLayer(name, tensors.get(0), tensors.get(1), tensors.get(2), choice.requantization());
    }

    /** Largest distance of a code from the zero point. */
    private static long magnitude(ActivationQuantization operand) {
        return Math.max(operand.zeroPoint(), Bits.highestCode(operand.bits()) - operand.zeroPoint());
    }
}
