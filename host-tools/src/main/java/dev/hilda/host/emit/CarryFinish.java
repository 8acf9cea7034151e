// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Requantization;
import dev.hilda.host.kernel.CarryWeights;

/**
 * What {@link CarryAssembly} makes of sums: each channel's own, and outputs of them. r4 points to starts and r1 to the output;
 * r2, r3 and r5 are free, and of one pixel r10 and r11.
 */
final class CarryFinish {
    private static final int LANE_BITS = 16;

    private final Instructions lines;
    private final CarrySumRegisters sums;
    private final CarryWeights weights;
    private final CarryStarts starts;
    private final Requantization to;

    CarryFinish(
            Instructions lines, CarrySumRegisters sums, CarryWeights weights, CarryStarts starts, Requantization to) {
        this.lines = lines;
        this.sums = sums;
        this.weights = weights;
        this.starts = starts;
        this.to = to;
    }

    /**
     * All of it.
     *
     * @param bits of an output; 32: the sums themselves
     */
    void add(int bits, int pixelBytes) {
        // Where they are not one of a channel's shifts, they have been made.
        boolean shifted = weights.raised() || weights.lanes() == CarryWeights.Lanes.CARRY_HIGH;
        if (weights.raised()) {
            takeApart(0);
            raise();
            for (int channel = 0; channel < sums.channels(); channel++) {
                shift(channel, to.leftShift());
            }
        } else if (shifted || bits == Integer.SIZE) {
            takeApart(to.leftShift());
        } else {
            for (int channel = sums.channels() - 1; channel > 0; channel--) {
                subtract(channel, channel - 1);
            }
        }
        if (bits == Integer.SIZE) {
            storeWords(pixelBytes);
        } else {
            requantize(bits, pixelBytes, shifted);
        }
    }

    private int weightBits() {
        return LANE_BITS / sums.channels();
    }

    private void takeApart(int leftShift) {
        int last = sums.channels() - 1;
        boolean high = weights.lanes() == CarryWeights.Lanes.CARRY_HIGH;
        for (int channel = high ? last - 1 : last; channel > 0; channel--) {
            subtract(channel, channel - 1);
        }
        if (high) {
            shift(last - 1, -(last - 1) * weightBits());
            subtract(last, last - 1);
            shift(last, leftShift - weightBits());
            shift(last - 1, leftShift);
        }
        for (int channel = 0; channel < (high ? last - 1 : sums.channels()); channel++) {
            shift(channel, leftShift - channel * weightBits());
        }
    }

    /** By what of a bias they did not carry. */
    private void raise() {
        for (int channel = 1; channel < sums.channels(); channel++) {
            for (int set = 0; set < sums.sets(); set++) {
                int at = set * starts.setBytes() + starts.raisesAt() + (channel - 1) * Integer.BYTES;
                lines.add("ldr r2, [r4, #%d]", at);
                for (int pixel = 0; pixel < sums.pixels(); pixel++) {
                    String sum = sums.of(channel, set + pixel);
                    lines.add("add %s, %s, r2", sum, sum);
                }
            }
        }
    }

    private void subtract(int channel, int below) {
        for (int each = 0; each < sums.each(); each++) {
            lines.add("sub %s, %s, %s", sums.of(channel, each), sums.of(channel, each), sums.of(below, each));
        }
    }

    private void shift(int channel, int left) {
        for (int each = 0; each < sums.each(); each++) {
            shift(channel, each, left);
        }
    }

    private void shift(int channel, int each, int left) {
        if (left != 0) {
            String sum = sums.of(channel, each);
            lines.add("%s %s, %s, #%d", left > 0 ? "lsl" : "asr", sum, sum, Math.abs(left));
        }
    }

    /**
     * Equation 1 of INTEGER.md, clamped to all codes, and stores. A channel's products pair with the next one's shifts, clamps
     * with stores.
     */
    private void requantize(int bits, int pixelBytes, boolean shifted) {
        loadMultipliers(0);
        if (sums.sets() == 2 || (sums.pixels() == 1 && sums.channels() == 4)) {
            loadMultipliers(1);
        }
        lines.addConstant("r5", to.addend());
        if (!shifted) {
            shift(0, to.leftShift());
        }
        for (int channel = 0; channel < sums.channels(); channel++) {
            for (int each = 0; each < sums.each(); each++) {
                if (!shifted && channel + 1 < sums.channels()) {
                    shift(channel + 1, each, to.leftShift() - (channel + 1) * weightBits());
                }
                String sum = sums.of(channel, each);
                lines.add("smmla %s, %s, %s, r5", sum, sum, multiplier(channel, each));
            }
            if (channel == 1 && sums.channels() == 4 && sums.pixels() > 1) {
                loadMultipliers(1);
            }
            if (channel > 0) {
                clamp(channel - 1, bits, pixelBytes);
            }
        }
        clamp(sums.channels() - 1, bits, pixelBytes);
    }

    /** Of two channels. */
    private void loadMultipliers(int pair) {
        int set = pair * 2 / sums.channels();
        int channel = pair * 2 % sums.channels();
        int at = set * starts.setBytes() + starts.multipliersAt() + channel * Integer.BYTES;
        lines.add("ldrd %s, %s, [r4, #%d]", multiplier(channel, set), multiplier(channel + 1, set), at);
    }

    private String multiplier(int channel, int each) {
        int pair = sums.sets() == 2 ? each : channel / 2;
        return "r" + ((sums.pixels() == 1 && pair > 0 ? 10 : 2) + channel % 2);
    }

    /** With codes below it in its byte. */
    private void clamp(int channel, int bits, int pixelBytes) {
        int inByte = Byte.SIZE / bits;
        for (int each = 0; each < sums.each(); each++) {
            String sum = sums.of(channel, each);
            String shifted = to.rightShift() == 0 ? "" : ", asr #" + to.rightShift();
            lines.add("usat %s, #%d, %s%s", sum, bits, sum, shifted);
            String first = sums.of(channel - channel % inByte, each);
            if (channel % inByte > 0) {
                lines.add("orr %s, %s, %s, lsl #%d", first, first, sum, channel % inByte * bits);
            }
            if (channel % inByte == inByte - 1) {
                int at = at(each, pixelBytes, sums.channels() * bits / Byte.SIZE) + channel / inByte;
                lines.add("strb %s, [r1, #%d]", first, at);
            }
        }
    }

    private void storeWords(int pixelBytes) {
        for (int each = 0; each < sums.each(); each++) {
            int at = at(each, pixelBytes, sums.channels() * Integer.BYTES);
            for (int channel = 0; channel < sums.channels(); channel++) {
                lines.add("str %s, [r1, #%d]", sums.of(channel, each), at + channel * Integer.BYTES);
            }
        }
    }

    /** In outputs. */
    private int at(int each, int pixelBytes, int setBytes) {
        return each * (sums.sets() == 1 ? pixelBytes : setBytes);
    }
}
