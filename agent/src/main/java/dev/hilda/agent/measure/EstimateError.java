// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/**
 * How far silicon may lie from what the cycle model says (device-profiles/virtual-board/TIMING.md).
 *
 * @param lowPercent from so much of the estimate …
 * @param highPercent … to so much more
 */
public record EstimateError(int lowPercent, int highPercent) {
    /** Of code like that which was compared: 28 of 29 published layers were within. */
    public static final EstimateError VALIDATED = new EstimateError(-5, 5);

    /** Denser code has not been compared: the model may see pairs where silicon has none. */
    public static final EstimateError UNVALIDATED = new EstimateError(0, 20);

    /** The published layers ran at up to so many instructions a cycle. */
    private static final double VALIDATED_INSTRUCTIONS_PER_CYCLE = 1.3;

    private static final double PERCENT = 100;

    /** Whether code as dense was compared with silicon. */
    public static boolean isValidated(long instructions, long cyclesBeforeMisses) {
        return instructions <= VALIDATED_INSTRUCTIONS_PER_CYCLE * cyclesBeforeMisses;
    }

    public double least(long cycles) {
        return cycles * (1 + lowPercent / PERCENT);
    }

    public double most(long cycles) {
        return cycles * (1 + highPercent / PERCENT);
    }
}
