// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * From the accumulator to the output: {@code clamp((addend + hi32(m_c · (Φ' << leftShift))) >> rightShift, low, high)}
 * (INTEGER.md, equation 1).
 *
 * @param multipliers one per output channel; empty for raw accumulators
 * @param leftShift 0 … 30
 * @param rightShift 0 … 30
 */
public record Requantization(Ints multipliers, int leftShift, int rightShift, int addend, int low, int high) {
    /** The accumulator itself, as int32. */
    public static final Requantization RAW =
            new Requantization(Ints.of(), 0, 0, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);

    private static final int MAX_SHIFT = 30;

    public Requantization {
        Checks.that(leftShift >= 0 && leftShift <= MAX_SHIFT, "a left shift from 0 to 30", leftShift);
        Checks.that(rightShift >= 0 && rightShift <= MAX_SHIFT, "a right shift from 0 to 30", rightShift);
        Checks.that(low <= high, "clamps in order", low, high);
    }

    public boolean isRaw() {
        return multipliers.size() == 0;
    }
}
