// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

/**
 * What is tolerated.
 *
 * @param significance probability from which down a difference of accuracies is no chance; intervals have the rest as their
 *     confidence
 * @param power how often the smallest drop is found that a set is said to detect
 * @param equalWithinPoints accuracies are equal if the interval of their difference holds no larger drop
 * @param cyclesPercent more or fewer cycles
 * @param bytesPercent more or fewer bytes
 */
public record Policy(
        double significance, double power, double equalWithinPoints, double cyclesPercent, double bytesPercent) {
    /** The same with another significance, where several tests share one. */
    Policy withSignificance(double other) {
        return new Policy(other, power, equalWithinPoints, cyclesPercent, bytesPercent);
    }

    /** What its test finds. */
    Detection detection() {
        return new Detection(significance, power);
    }
}
