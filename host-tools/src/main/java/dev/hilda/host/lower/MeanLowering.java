// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Operator;

/** An average under another quantization, from the sum of codes in one step: M = S_x / (n·S_y). */
final class MeanLowering {
    private MeanLowering() {}

    /** @throws LoweringException when the window is padded, so that n is not one number, or int32 is too narrow */
    static MeanLayer layer(
            String name,
            int inputIndex,
            int outputIndex,
            Operator.AveragePool operator,
            ActivationQuantization input,
            ActivationQuantization output) {
        LoweringException.require(
                !operator.window().isPadded(),
                name,
                "expected input and output of one quantization where windows are padded, got " + input + " and "
                        + output);
        LoweringException.require(
                Bits.isCode(output.bits()), name, "expected an average of 8, 4 or 2 bits, got " + output);
        long taps = operator.window().taps();
        long largest = Math.max(input.zeroPoint(), Bits.highestCode(input.bits()) - input.zeroPoint());
        double multiplier = input.scale() / (taps * output.scale());
        ChannelRange range = ChannelRange.varying(multiplier, taps * largest, 0);
        RequantizationChoice choice = new RequantizationChoice(
                name, new ChannelRange[] {range}, output, Clamps.of(output, operator.activation()));
        return new MeanLayer(name, inputIndex, outputIndex, operator.window(), choice.requantization());
    }
}
