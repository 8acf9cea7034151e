// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * From the accumulator to the output: {@code clamp((addend + hi32(m_c · (Φ' << leftShift))) >> rightShift, low, high)}
 * (INTEGER.md, equation 1), or, of a weighted layer with thresholds, the number of thresholds that Φ reaches (INTEGER.md,
 * Thresholds).
 *
 * @param multipliers one per output channel; empty for raw accumulators and with thresholds
 * @param leftShift 0 … 30
 * @param rightShift 0 … 30
 * @param thresholds {@code high} of each output channel, one channel after the other, ascending; empty with multipliers
 */
public record Requantization(
        Ints multipliers, int leftShift, int rightShift, int addend, int low, int high, Ints thresholds) {
    /** The accumulator itself, as int32. */
    public static final Requantization RAW =
            new Requantization(Ints.of(), 0, 0, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);

    private static final int MAX_SHIFT = 30;

    public Requantization {
        Checks.that(leftShift >= 0 && leftShift <= MAX_SHIFT, "a left shift from 0 to 30", leftShift);
        Checks.that(rightShift >= 0 && rightShift <= MAX_SHIFT, "a right shift from 0 to 30", rightShift);
        Checks.that(low <= high, "clamps in order", low, high);
        if (thresholds.size() > 0) {
            requireThresholds(multipliers, thresholds, low, high);
        }
    }

    /** By multipliers. */
    public Requantization(Ints multipliers, int leftShift, int rightShift, int addend, int low, int high) {
        this(multipliers, leftShift, rightShift, addend, low, high, Ints.of());
    }

    /**
     * By thresholds.
     *
     * @param bits of the output: 8, 4 or 2
     * @param thresholds 2^bits − 1 of each output channel
     */
    public static Requantization byThresholds(int bits, Ints thresholds) {
        Checks.that(thresholds.size() > 0, "at least one threshold", thresholds.size());
        return new Requantization(Ints.of(), 0, 0, 0, 0, Bits.highestCode(bits), thresholds);
    }

    private static void requireThresholds(Ints multipliers, Ints thresholds, int low, int high) {
        Checks.that(multipliers.size() == 0, "thresholds or multipliers", multipliers.size());
        Checks.that(low == 0 && high > 0, "all codes with thresholds", low, high);
        Checks.that(thresholds.size() % high == 0, "a multiple of " + high + " thresholds", thresholds.size());
        for (int index = 0; index < thresholds.size(); index++) {
            boolean ascending = index % high == 0 || thresholds.get(index - 1) <= thresholds.get(index);
            if (!ascending) {
                throw Checks.failure("ascending thresholds", thresholds.get(index - 1), thresholds.get(index));
            }
        }
    }

    public boolean isRaw() {
        return multipliers.size() == 0 && !hasThresholds();
    }

    public boolean hasThresholds() {
        return thresholds.size() > 0;
    }
}
