// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.Requantization;

/** Equation (1) of INTEGER.md, or its thresholds, over runs of accumulators. */
final class Requantizer {
    private static final int WORD_BITS = 32;

    private final boolean raw;
    private final int[] multipliers;
    private final int leftShift;
    private final int rightShift;
    private final int addend;
    private final int low;
    private final int high;
    private final int[] thresholds;

    Requantizer(Requantization requantization) {
        this.raw = requantization.isRaw();
        this.multipliers = requantization.multipliers().toArray();
        this.leftShift = requantization.leftShift();
        this.rightShift = requantization.rightShift();
        this.addend = requantization.addend();
        this.low = requantization.low();
        this.high = requantization.high();
        this.thresholds = requantization.thresholds().toArray();
    }

    /** All channels of one pixel: accumulators from index {@code from}, output at {@code to}, channels from {@code first}. */
    void pixel(int[] accumulators, int from, int[] output, int to, int first, int count) {
        if (raw) {
            System.arraycopy(accumulators, from, output, to, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            output[to + i] = ofChannel(accumulators[from + i], first + i);
        }
    }

    /** One channel of {@code count} pixels, which lie {@code stride} apart in the output. */
    void channel(int[] accumulators, int[] output, int to, int stride, int channel, int count) {
        for (int i = 0; i < count; i++) {
            output[to + i * stride] = raw ? accumulators[i] : ofChannel(accumulators[i], channel);
        }
    }

    private int ofChannel(int accumulator, int channel) {
        return thresholds.length > 0 ? reached(accumulator, channel) : requantize(accumulator, multipliers[channel]);
    }

    /** How many of a channel's thresholds the accumulator reaches; there are 2^bits − 1, so that steps halve to 1. */
    private int reached(int accumulator, int channel) {
        int first = channel * high;
        int count = 0;
        for (int step = (high + 1) / 2; step > 0; step /= 2) {
            count += thresholds[first + count + step - 1] <= accumulator ? step : 0;
        }
        return count;
    }

    /** One value of a layer of one multiplier. */
    int requantize(int accumulator) {
        return requantize(accumulator, multipliers[0]);
    }

    /** One value under a multiplier, which may be none of the layer's. */
    int requantize(int accumulator, int multiplier) {
        int product = (int) (((long) multiplier * (accumulator << leftShift)) >> WORD_BITS);
        return Step.clamp((addend + product) >> rightShift, low, high);
    }
}
