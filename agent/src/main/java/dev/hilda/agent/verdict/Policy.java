// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is tolerated.
 *
 * @param significance probability from which down a difference of accuracies is no chance, above 0 to 0.5; intervals have the
 *     rest as their confidence
 * @param power how often the smallest drop is found that a set is said to detect, 0.5 to below 1
 * @param equalWithinPoints accuracies are equal if the interval of their difference holds no larger drop, 0 to 100
 * @param cyclesPercent more or fewer cycles, 0 to 1000
 * @param bytesPercent more or fewer bytes, 0 to 1000
 * @param cyclesDimensions what else has a part in cycles
 * @param bytesDimensions likewise
 */
public record Policy(
        double significance,
        double power,
        double equalWithinPoints,
        double cyclesPercent,
        double bytesPercent,
        Dimensions cyclesDimensions,
        Dimensions bytesDimensions) {
    /**
     * What is tolerated where nobody says otherwise. Cycles: half way between the 2 % by which links of one network differ, and
     * the 2.9 % that are left of 5 % where the link is 2 % better. The significance is what a simulation of nights allows.
     */
    public static final Policy USUAL = new Policy(0.015, 0.99, 1, 2.5, 1);

    private static final double EVEN = 0.5;
    private static final double ALL_POINTS = 100;
    private static final double MOST_PERCENT = 1000;

    /** @throws IllegalArgumentException with all that is wrong */
    public Policy {
        // An order of an earlier version says nothing of them.
        cyclesDimensions = Optional.ofNullable(cyclesDimensions).orElse(Dimensions.CYCLES);
        bytesDimensions = Optional.ofNullable(bytesDimensions).orElse(Dimensions.BYTES);
        List<String> problems = new ArrayList<>();
        if (!(significance > 0 && significance <= EVEN)) {
            problems.add("significance: expected a number above 0, at most 0.5, got " + significance);
        }
        if (!(power >= EVEN && power < 1)) {
            problems.add("power: expected a number from 0.5 to below 1, got " + power);
        }
        requireTolerance(problems, "equal_within_points", equalWithinPoints, ALL_POINTS);
        requireTolerance(problems, "cycles_percent", cyclesPercent, MOST_PERCENT);
        requireTolerance(problems, "bytes_percent", bytesPercent, MOST_PERCENT);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** With the usual dimensions. */
    public Policy(
            double significance, double power, double equalWithinPoints, double cyclesPercent, double bytesPercent) {
        this(significance, power, equalWithinPoints, cyclesPercent, bytesPercent, Dimensions.CYCLES, Dimensions.BYTES);
    }

    private static void requireTolerance(List<String> problems, String name, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            problems.add(name + ": expected a number from 0 to " + most + ", got " + value);
        }
    }

    /** The same with another significance, where several tests share one. */
    Policy withSignificance(double other) {
        return new Policy(
                other, power, equalWithinPoints, cyclesPercent, bytesPercent, cyclesDimensions, bytesDimensions);
    }

    /** What its test finds. */
    Detection detection() {
        return new Detection(significance, power);
    }
}
