// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Prelu;
import java.util.Arrays;

/** A rectifier with a slope for each channel, rounded once: M = S_x / S_y, below zero M_c = slope_c·S_x / S_y. */
final class PreluLowering {
    private PreluLowering() {}

    /** @throws LoweringException when int32 is too narrow */
    static PreluLayer layer(
            String name,
            int inputIndex,
            int outputIndex,
            Prelu operator,
            ActivationQuantization input,
            ActivationQuantization output) {
        LoweringException.require(
                Bits.isCode(output.bits()), name, "expected a result of 8, 4 or 2 bits, got " + output);
        double multiplier = input.scale() / output.scale();
        int channels = operator.slopes().size();
        // The one of what is not negative stands behind those of the channels: all share the shifts.
        ChannelRange[] ranges = new ChannelRange[channels + 1];
        for (int channel = 0; channel < channels; channel++) {
            ranges[channel] = ChannelRange.varying(operator.slopes().get(channel) * multiplier, input.zeroPoint(), 0);
        }
        int highest = Bits.highestCode(input.bits()) - input.zeroPoint();
        ranges[channels] = ChannelRange.varying(multiplier, highest, 0);
        Requantization chosen =
                new RequantizationChoice(name, ranges, output, Clamps.of(output, Activation.NONE)).requantization();
        int[] multipliers = chosen.multipliers().toArray();
        Requantization ofNegative = new Requantization(
                Ints.of(Arrays.copyOf(multipliers, channels)),
                chosen.leftShift(),
                chosen.rightShift(),
                chosen.addend(),
                chosen.low(),
                chosen.high());
        return new PreluLayer(name, inputIndex, outputIndex, multipliers[channels], ofNegative);
    }
}
