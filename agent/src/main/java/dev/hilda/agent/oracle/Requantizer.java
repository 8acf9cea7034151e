// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.Requantization;

/** Equation (1) of INTEGER.md over runs of accumulators. */
final class Requantizer {
    private static final int WORD_BITS = 32;

    private final boolean raw;
    private final int[] multipliers;
    private final int leftShift;
    private final int rightShift;
    private final int addend;
    private final int low;
    private final int high;

    Requantizer(Requantization requantization) {
        this.raw = requantization.isRaw();
        this.multipliers = requantization.multipliers().toArray();
        this.leftShift = requantization.leftShift();
        this.rightShift = requantization.rightShift();
        this.addend = requantization.addend();
        this.low = requantization.low();
        this.high = requantization.high();
    }

    /** All channels of one pixel: accumulators from index {@code from}, output at {@code to}, channels from {@code first}. */
    void pixel(int[] accumulators, int from, int[] output, int to, int first, int count) {
        if (raw) {
            System.arraycopy(accumulators, from, output, to, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            output[to + i] = requantize(accumulators[from + i], multipliers[first + i]);
        }
    }

    /** One channel of {@code count} pixels, which lie {@code stride} apart in the output. */
    void channel(int[] accumulators, int[] output, int to, int stride, int channel, int count) {
        int multiplier = raw ? 0 : multipliers[channel];
        for (int i = 0; i < count; i++) {
            output[to + i * stride] = raw ? accumulators[i] : requantize(accumulators[i], multiplier);
        }
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
