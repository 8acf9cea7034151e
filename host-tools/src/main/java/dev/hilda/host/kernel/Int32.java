// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.WeightedLayer;
import java.util.Optional;

/** Exact bounds of sums over all codes that an input can hold. */
record Int32(long low, long high) {
    static Int32 of(long value) {
        return new Int32(value, value);
    }

    /** With a product added whose other factor goes from {@code least} to {@code most}. */
    Int32 plus(long factor, long least, long most) {
        return new Int32(low + Math.min(factor * least, factor * most), high + Math.max(factor * least, factor * most));
    }

    /** Why int32 does not hold it. */
    Optional<String> objection(String what) {
        boolean holds = low >= Integer.MIN_VALUE && high <= Integer.MAX_VALUE;
        return holds ? Optional.empty() : Optional.of(what + " reach from " + low + " to " + high);
    }

    /** Of every step from a layer's sums of products to its output. */
    static Optional<String> objection(WeightedLayer layer, Tensor input) {
        Int32[] sums = sums(layer, input);
        for (int channel = 0; channel < sums.length; channel++) {
            Optional<String> found =
                    objection(sums[channel], layer.requantization(), channel, " of channel " + channel);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Of every step from the sum of a window's codes, less their zero point, to the output. */
    static Optional<String> objection(MeanLayer layer, Tensor input) {
        int least = -input.zeroPoint();
        int most = Bits.highestCode(input.bits()) - input.zeroPoint();
        Int32 sum = Int32.of(0).plus(layer.window().taps(), least, most);
        int multiplier = layer.requantization().multipliers().get(0);
        return requantized(sum, layer.requantization(), multiplier, "");
    }

    /** Of every step from the product of two codes, less their zero points, to the output. */
    static Optional<String> objection(ProductLayer layer, Tensor first, Tensor second) {
        int least = -second.zeroPoint();
        int most = Bits.highestCode(second.bits()) - second.zeroPoint();
        Int32 ofLeast = Int32.of(0).plus(-first.zeroPoint(), least, most);
        Int32 ofMost = Int32.of(0).plus(Bits.highestCode(first.bits()) - first.zeroPoint(), least, most);
        Int32 product = new Int32(Math.min(ofLeast.low, ofMost.low), Math.max(ofLeast.high, ofMost.high));
        return requantized(
                product,
                layer.requantization(),
                layer.requantization().multipliers().get(0),
                "");
    }

    /** Of every step from a code, less its zero point, to the output. */
    static Optional<String> objection(PreluLayer layer, Tensor input) {
        Requantization to = layer.requantization();
        Int32 positive = new Int32(0, Bits.highestCode(input.bits()) - input.zeroPoint());
        Int32 negative = new Int32(-input.zeroPoint(), 0);
        Optional<String> found = requantized(positive, to, layer.multiplier(), " from 0 on");
        for (int channel = 0; found.isEmpty() && channel < to.multipliers().size(); channel++) {
            found = requantized(negative, to, to.multipliers().get(channel), " below 0 of channel " + channel);
        }
        return found;
    }

    private static Optional<String> objection(Int32 sum, Requantization to, int channel, String where) {
        if (to.hasThresholds()) {
            return belowThresholds(sum, where);
        }
        return requantized(sum, to, to.isRaw() ? 0 : to.multipliers().get(channel), where);
    }

    /** A threshold that no sum reaches is the highest int32. */
    private static Optional<String> belowThresholds(Int32 sum, String where) {
        return new Int32(sum.low, sum.high + 1).objection("sums and the threshold above them" + where);
    }

    /** Of each output channel's sum of products and bias. */
    static Int32[] sums(WeightedLayer layer, Tensor input) {
        WeightCodes weights = layer.weights();
        int least = -input.zeroPoint();
        int most = Bits.highestCode(input.bits()) - input.zeroPoint();
        long[] low = new long[weights.outputChannels()];
        long[] high = new long[low.length];
        for (int index = 0; index < weights.count(); index++) {
            int channel = layer.outputChannelOf(index);
            int weight = weights.code(index) - weights.zeroPoint(channel);
            low[channel] += Math.min(weight * least, weight * most);
            high[channel] += Math.max(weight * least, weight * most);
        }
        Int32[] sums = new Int32[low.length];
        for (int channel = 0; channel < sums.length; channel++) {
            int bias = layer.requantization().hasThresholds() ? 0 : layer.bias().get(channel);
            sums[channel] = new Int32(low[channel] + bias, high[channel] + bias);
        }
        return sums;
    }

    /** Equation 1 of INTEGER.md grows or falls with Φ', so that its ends come from the ends of Φ'. */
    private static Optional<String> requantized(Int32 sum, Requantization to, long multiplier, String where) {
        Optional<String> found = sum.objection("sums" + where);
        if (to.isRaw() || found.isPresent()) {
            return found;
        }
        Int32 shifted = new Int32(sum.low << to.leftShift(), sum.high << to.leftShift());
        long one = to.addend() + ((multiplier * shifted.low) >> Integer.SIZE);
        long other = to.addend() + ((multiplier * shifted.high) >> Integer.SIZE);
        return shifted.objection("shifted sums" + where)
                .or(() -> new Int32(Math.min(one, other), Math.max(one, other)).objection("scaled sums" + where));
    }
}
