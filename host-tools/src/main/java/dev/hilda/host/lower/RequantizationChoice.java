// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;

/**
 * Shifts, multipliers and addend of a layer (INTEGER.md, equation 2), with the proof per channel that Φ', Φ' << L and the
 * sum stay in int32. The output differs from the exact one only where that lies within |Φ'|·2^(L−s−33) of a tie.
 */
final class RequantizationChoice {
    private static final int MAX_SHIFT = 30;
    private static final long MAX = Integer.MAX_VALUE;

    private final String name;
    private final ChannelRange[] channels;
    private final ActivationQuantization output;
    private final Clamps clamps;
    private final int leftShift;
    private final int rightShift;

    /** @throws LoweringException when there is no choice that int32 is proved to hold */
    RequantizationChoice(String name, ChannelRange[] channels, ActivationQuantization output, Clamps clamps) {
        this.name = name;
        this.channels = channels;
        this.output = output;
        this.clamps = clamps;
        int least = output.rounding() == Rounding.FLOOR ? 0 : 1;
        int scaling = largestScaling();
        this.leftShift = Math.max(0, least - scaling);
        LoweringException.require(
                leftShift <= MAX_SHIFT, name, "its largest multiplier " + largestMultiplier() + " is out of range");
        requireShiftedAccumulators();
        this.rightShift = largestRightShift(Math.max(least, scaling), least);
    }

    Requantization requantization() {
        int[] multipliers = new int[channels.length];
        for (int channel = 0; channel < channels.length; channel++) {
            multipliers[channel] = (int) multiplier(channels[channel], rightShift);
        }
        return new Requantization(
                Ints.of(multipliers), leftShift, rightShift, (int) addend(rightShift), clamps.low(), clamps.high());
    }

    Ints bias() {
        int[] biases = new int[channels.length];
        for (int channel = 0; channel < channels.length; channel++) {
            ChannelRange range = channels[channel];
            biases[channel] = range.isConstant() ? (int) constantBias(range, rightShift) : range.bias();
        }
        return Ints.of(biases);
    }

    /** Largest s − L for which every |m_c| ≤ 2^31 − 1. */
    private int largestScaling() {
        double largest = largestMultiplier();
        if (largest == 0) {
            return 1;
        }
        int scaling = Math.min(MAX_SHIFT, -2 - Math.getExponent(largest));
        return Math.rint(Math.scalb(largest, 32 + scaling)) <= MAX ? scaling : scaling - 1;
    }

    private double largestMultiplier() {
        double largest = 0;
        for (ChannelRange channel : channels) {
            largest = Math.max(largest, Math.abs(channel.multiplier()));
        }
        return largest;
    }

    private void requireShiftedAccumulators() {
        for (int channel = 0; channel < channels.length; channel++) {
            long accumulator = channels[channel].accumulator();
            LoweringException.require(
                    accumulator <= MAX >> leftShift,
                    name,
                    "channel " + channel + " may accumulate " + accumulator + " (bias " + channels[channel].bias()
                            + " included), of which a left shift by " + leftShift + " leaves room for "
                            + (MAX >> leftShift) + " in int32; use fewer weight or input bits here");
        }
    }

    private int largestRightShift(int from, int least) {
        for (int shift = from; shift >= least; shift--) {
            if (firstOverflow(shift) < 0) {
                return shift;
            }
        }
        int channel = firstOverflow(least);
        throw new LoweringException("layer " + name + ": channel " + channel + " with multiplier "
                + channels[channel].multiplier() + " and accumulators up to " + channels[channel].accumulator()
                + " overflows int32 in units of the output's scale " + output.scale());
    }

    /** The first channel whose sum in equation 1 may leave int32, or −1. */
    private int firstOverflow(int shift) {
        long addend = addend(shift);
        for (int channel = 0; channel < channels.length; channel++) {
            ChannelRange range = channels[channel];
            long accumulator = range.isConstant() ? Math.abs(constantBias(range, shift)) : range.accumulator();
            if (accumulator > MAX >> leftShift) {
                return channel;
            }
            long product = Math.abs(multiplier(range, shift)) * (accumulator << leftShift);
            long high = (product >> 32) + 1;
            if (addend + high > MAX) {
                return channel;
            }
        }
        return -1;
    }

    private long addend(int shift) {
        long half = output.rounding() == Rounding.FLOOR ? 0 : 1L << (shift - 1);
        return ((long) output.zeroPoint() << shift) + half;
    }

    private long multiplier(ChannelRange range, int shift) {
        return range.isConstant()
                ? 1L << constantExponent(shift)
                : (long) Math.rint(Math.scalb(range.multiplier(), 32 + shift - leftShift));
    }

    /** Times the constant's multiplier and 2^L, it is (code − Zy)·2^(s+32) exactly. */
    private long constantBias(ChannelRange range, int shift) {
        return (range.code() - (long) output.zeroPoint()) << (32 + shift - leftShift - constantExponent(shift));
    }

    private int constantExponent(int shift) {
        return Math.min(MAX_SHIFT, 32 + shift - leftShift);
    }
}
