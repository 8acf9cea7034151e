// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

/**
 * What bits are looked for.
 *
 * @param fewestCycles whether they are to take the fewest cycles; else to have the least sum of losses
 * @param mostCycles of all nodes
 * @param mostLoss sum of losses, in nats
 */
public record JointGoal(boolean fewestCycles, long mostCycles, double mostLoss) {
    /** Sums of the same losses in another order differ in their last digits. */
    private static final double TOLERANCE = 1e-9;

    /** The fewest cycles whose losses stay within a bound. */
    public static JointGoal fewestCycles(double mostLoss) {
        return new JointGoal(true, Long.MAX_VALUE, mostLoss);
    }

    /** The least sum of losses whose cycles stay within a bound. */
    public static JointGoal leastLoss(long mostCycles) {
        return new JointGoal(false, mostCycles, Double.POSITIVE_INFINITY);
    }

    /** Whether both bounds are kept. */
    public boolean allows(long cycles, double loss) {
        return cycles <= mostCycles && loss <= mostLoss * (1 + TOLERANCE);
    }

    /** The same with another bound of losses. */
    public JointGoal withMostLoss(double other) {
        return new JointGoal(fewestCycles, mostCycles, other);
    }

    double objective(JointChoice choice) {
        return fewestCycles ? choice.cycles() : choice.loss();
    }

    /** What there is a bound of beside bytes. */
    double bounded(JointChoice choice) {
        return fewestCycles ? choice.loss() : choice.cycles();
    }
}
