// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies of numbers that make no sense. */
class PolicyTest {
    private static String refused(double... numbers) {
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> new Policy(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]))
                .getMessage());
    }

    @Test
    void shouldRefuseEveryNumberThatMakesNoSenseByItsName() {
        double[] good = {0.5, 0.5, 100, 1000, 0};
        assertEquals(1000, new Policy(good[0], good[1], good[2], good[3], good[4]).cyclesPercent());
        List<String> names = List.of("significance", "power", "equal_within_points", "cycles_percent", "bytes_percent");
        double[][] wrong = {
            {0, 0.501, -0.01, Double.NaN},
            {0.499, 1, Double.NaN},
            {-1, 100.1, Double.NaN},
            {-1, 1001, Double.NaN},
            {-1, Double.POSITIVE_INFINITY, Double.NaN}
        };
        for (int place = 0; place < wrong.length; place++) {
            for (double value : wrong[place]) {
                double[] numbers = good.clone();
                numbers[place] = value;
                String problem = refused(numbers);
                assertTrue(
                        problem.startsWith(names.get(place) + ": expected a number ") && !problem.contains("; "),
                        problem);
                assertTrue(problem.endsWith(", got " + value), problem);
            }
        }
        assertEquals(5, refused(-1, -1, -1, -1, -1).split("; ").length);
    }

    /** What the simulation of nights was made with. */
    @Test
    void shouldHaveUsualNumbers() {
        assertEquals(new Policy(0.015, 0.99, 1, 2.5, 1), Policy.USUAL);
    }
}
