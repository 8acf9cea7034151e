// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SearchComparisonTest {
    /** Of normal differences the interval is that of the normal distribution, nearly. */
    @Test
    void shouldResampleImages() {
        Random random = new Random(5);
        List<Double> differences = new ArrayList<>();
        for (int image = 0; image < 400; image++) {
            differences.add(0.3 + random.nextGaussian());
        }
        double mean = differences.stream().mapToDouble(each -> each).average().orElseThrow();
        double variance = differences.stream()
                .mapToDouble(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow();
        Share found = PairedTests.meanDifference(differences);
        assertEquals(mean, found.value(), 1e-12);
        assertEquals(mean - 1.96 * Math.sqrt(variance / 400), found.low(), 0.01);
        assertEquals(mean + 1.96 * Math.sqrt(variance / 400), found.high(), 0.01);
        assertEquals(found, PairedTests.meanDifference(differences));
    }

    @Test
    void shouldPairRowsOfOneBudget() {
        List<SweepRow> rows = List.of(
                row("PC_ICN", "1/2", "memory-driven", "4 8", "11100", 1, 2, 3, 4, 5),
                row("PL_ICN", "1/2", "sensitivity", "8 4", "11111", 0, 0, 0, 0, 0),
                row("PC_ICN", "3/4", "sensitivity", "8 4", "11111", 0, 0, 0, 0, 0),
                row("PC_ICN", "1/2", "sensitivity", "8 4", "11011", 0, 2, 2, 4, 5),
                row("PC_ICN", "3/4", "memory-driven", "8 4", "11111", 0, 0, 0, 0, 0));
        List<SearchComparison> pairs = SearchComparison.of(rows);
        assertEquals(2, pairs.size());
        SearchComparison same = pairs.get(0);
        assertFalse(same.hasOtherBits());
        SearchComparison other = pairs.get(1);
        assertTrue(other.hasOtherBits());
        assertEquals(rows.get(0), other.rule());
        assertEquals(rows.get(3), other.search());
        assertEquals(-0.4, other.divergence().value(), 1e-12);
        assertEquals(1, other.lost());
        assertEquals(2, other.won());
        // One comparison has other bits: nothing to correct for.
        assertEquals(other.probability(), other.corrected());
    }

    /** Three budgets of other bits are three tests. */
    @Test
    void shouldCorrectForTheNumberOfComparisons() {
        List<SweepRow> rows = new ArrayList<>();
        for (String budget : List.of("1/1", "2/2", "3/3")) {
            rows.add(row("PC_ICN", budget, "memory-driven", "4", "0000000000", new double[10]));
            rows.add(row("PC_ICN", budget, "sensitivity", "8", "1111111111", new double[10]));
        }
        for (SearchComparison pair : SearchComparison.of(rows)) {
            assertEquals(2 / 1024.0, pair.probability(), 1e-12);
            assertEquals(6 / 1024.0, pair.corrected(), 1e-12);
        }
    }

    private static SweepRow row(
            String variant, String budget, String search, String bits, String right, double... divergences) {
        List<Double> each = new ArrayList<>();
        for (double divergence : divergences) {
            each.add(divergence);
        }
        return new SweepRow(
                variant,
                budget + " " + search,
                "post-training",
                right,
                Optional.of(new SweepRow.Footprint(1, 1, 1, 1)),
                Optional.empty(),
                Optional.of(new SweepRow.Budgeted(budget, search, bits, "8", each)));
    }
}
