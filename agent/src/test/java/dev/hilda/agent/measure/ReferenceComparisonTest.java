// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceComparisonTest {
    private static double[] row(double... values) {
        return values;
    }

    @Test
    void shouldMeasureEachFigure() {
        ReferenceComparison comparison = new ReferenceComparison(2, 2, 2);
        comparison.add(row(3, 1), row(4, 1));
        comparison.add(row(1, 2), row(3, 2));
        comparison.add(row(0, 5), row(0, 5));
        assertEquals(3, comparison.inputs());
        assertEquals(2, comparison.agreeing());
        assertEquals(2, comparison.maxError());
        assertEquals(Math.sqrt(5.0 / 6), comparison.rmsError(), 1e-12);
        assertEquals(10 * Math.log10(25.0 / 5), comparison.sqnrDb(0).orElseThrow(), 1e-12);
        assertTrue(comparison.sqnrDb(1).isEmpty(), "no error");
        assertEquals(10 * Math.log10(55.0 / 5), comparison.sqnrDb().orElseThrow(), 1e-12);
        assertEquals(
                List.of(
                        new ReferenceComparison.Difference(1, Math.sqrt(2), 2, 1, 0),
                        new ReferenceComparison.Difference(0, Math.sqrt(0.5), 1, 0, 0)),
                comparison.worst());
    }

    /** The third number is another output's. */
    @Test
    void shouldComparePredictionsOfTheFirstOutput() {
        ReferenceComparison comparison = new ReferenceComparison(3, 2, 1);
        comparison.add(row(1, 0, 9), row(0, 1, 9));
        comparison.add(row(0, 1, 9), row(1, 0, 9));
        comparison.add(row(1, 0, 0), row(1, 0, 9));
        assertEquals(1, comparison.agreeing());
        assertEquals(9, comparison.maxError());
    }

    @Test
    void shouldKeepTheWorstOnly() {
        ReferenceComparison comparison = new ReferenceComparison(1, 1, 3);
        for (int input = 0; input < 10; input++) {
            comparison.add(row(input == 4 ? 100 : input), row(0));
        }
        assertEquals(
                List.of(4L, 9L, 8L),
                comparison.worst().stream()
                        .map(ReferenceComparison.Difference::input)
                        .toList());
    }
}
