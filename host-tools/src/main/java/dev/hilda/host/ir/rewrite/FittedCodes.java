// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightGrid;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A layer whose result has few codes, so that each sum of products has the code it has in real numbers where that can be. */
final class FittedCodes {
    private static final double HALF = 0.5;

    private final Operator.Weighted operator;
    private final WeightGrid codes;
    private final ActivationQuantization input;
    private final ActivationQuantization output;
    private final Rounding rounding;
    private final List<Optional<ThresholdFit>> fits = new ArrayList<>();

    private FittedCodes(
            Operator.Weighted operator,
            WeightGrid codes,
            ActivationQuantization input,
            ActivationQuantization output,
            Rounding rounding) {
        this.operator = operator;
        this.codes = codes;
        this.input = input;
        this.output = output;
        this.rounding = rounding;
        long[] ranges = ranges();
        for (int channel = 0; channel < ranges.length; channel++) {
            fits.add(LayerCodes.gain(operator, channel) == 0 ? Optional.empty() : fit(channel, ranges[channel]));
        }
    }

    /** Fitted with the rounding of the integers that leaves fewer channels unfitted; with the result's own where both do. */
    static FittedCodes of(
            Operator.Weighted operator, WeightGrid codes, ActivationQuantization input, ActivationQuantization output) {
        FittedCodes nearest = new FittedCodes(operator, codes, input, output, Rounding.HALF_UP);
        FittedCodes down = new FittedCodes(operator, codes, input, output, Rounding.FLOOR);
        FittedCodes own = output.rounding() == Rounding.FLOOR ? down : nearest;
        FittedCodes other = own == down ? nearest : down;
        return other.unfitted() < own.unfitted() ? other : own;
    }

    private long unfitted() {
        return fits.stream().filter(Optional::isEmpty).count();
    }

    Rounding rounding() {
        return rounding;
    }

    LayerCodes codes() {
        int[] bias = new int[fits.size()];
        float[] gains = new float[bias.length];
        float[] offsets = new float[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            double unit = unit(channel);
            double gain = LayerCodes.gain(operator, channel);
            gains[channel] = (float) gain;
            offsets[channel] = LayerCodes.offset(operator, channel);
            if (fits.get(channel).isPresent()) {
                ThresholdFit fit = fits.get(channel).get();
                // A negative gain mirrors the sums of products, and with them the bias.
                bias[channel] = LayerCodes.integer((double) (gain < 0 ? -fit.bias() : fit.bias()));
                gains[channel] = (float) (Math.signum(gain) * fit.multiplier() * output.scale() / unit);
                double exact =
                        gains[channel] * (bias[channel] * unit - operator.bias().get(channel));
                offsets[channel] = (float) exact;
            } else if (gain != 0) {
                double moved = (half(output.rounding()) - half(rounding)) * output.scale() / gain;
                bias[channel] = LayerCodes.integer(Math.rint((LayerCodes.sum(operator, channel) + moved) / unit));
                offsets[channel] += (float) (moved * gain);
            }
        }
        ChannelNormalization normalization =
                new ChannelNormalization(FloatTensor.vector(gains), FloatTensor.vector(offsets));
        return new LayerCodes(
                operator.with(operator.weights(), operator.bias(), Optional.of(normalization), operator.activation()),
                new WeightQuantization(codes.codes(), codes.scaleArray(), Ints.of(bias)));
    }

    private static double half(Rounding rounding) {
        return rounding == Rounding.FLOOR ? 0 : HALF;
    }

    private double unit(int channel) {
        return input.scale() * codes.scale(channel);
    }

    private Optional<ThresholdFit> fit(int channel, long range) {
        double gain = LayerCodes.gain(operator, channel);
        int lowest = operator.activation() == Activation.NONE
                ? output.lowest()
                : Math.max(output.lowest(), output.zeroPoint());
        ThresholdFit.Exact exact = new ThresholdFit.Exact(
                Math.abs(gain) * unit(channel) / output.scale(),
                gain * LayerCodes.sum(operator, channel) / output.scale(),
                lowest - output.zeroPoint(),
                output.highest() - output.zeroPoint(),
                half(output.rounding()),
                range);
        return ThresholdFit.of(exact, half(rounding));
    }

    /** What sums of products may reach, by output channel. */
    private long[] ranges() {
        WeightCodes weights = codes.codes();
        long furthest = Math.max(input.zeroPoint(), Bits.highestCode(input.bits()) - input.zeroPoint());
        long[] ranges = new long[weights.outputChannels()];
        for (int index = 0; index < weights.count(); index++) {
            int channel = operator.outputChannelOf(index);
            ranges[channel] += furthest * Math.abs(weights.code(index) - weights.zeroPoint(channel));
        }
        return ranges;
    }
}
