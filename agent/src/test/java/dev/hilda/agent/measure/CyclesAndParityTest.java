// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class CyclesAndParityTest {
    @Property
    void shouldTakeTheNearestRank(
            @ForAll @Size(min = 1, max = 40) List<@LongRange(min = 0, max = 20) Long> values,
            @ForAll @IntRange(min = 0, max = 100) int percent) {
        CycleDistribution distribution = distribution(values);
        long expected = values.stream()
                .sorted()
                .filter(candidate ->
                        values.stream().filter(value -> value <= candidate).count() * 100
                                >= (long) percent * values.size())
                .findFirst()
                .orElseThrow();
        assertEquals(expected, distribution.percentileCycles(percent));
        assertEquals(values.size(), distribution.count());
        assertEquals(
                values.stream().mapToLong(Long::longValue).average().orElseThrow(), distribution.meanCycles(), 1e-9);
    }

    @Example
    void shouldSummarizeInFiveNumbers() {
        CycleDistribution distribution = new CycleDistribution();
        for (long value = 200; value >= 1; value--) {
            distribution.add(value);
        }
        assertEquals(new CycleSummary(1, 100, 190, 198, 200), distribution.summary());
        assertThrows(IllegalArgumentException.class, () -> distribution.percentileCycles(101));
        assertThrows(IllegalArgumentException.class, () -> distribution.add(-1));
        assertThrows(IllegalStateException.class, () -> new CycleDistribution().summary());
        assertEquals(2.5, CycleDistribution.micros(1200, 480_000_000), 1e-12);
    }

    @Property
    void shouldMatchOnlyImagesOfWhichEveryOutputIsEqual(
            @ForAll @Size(max = 12) List<@Size(6) List<@IntRange(max = 1) Integer>> pairs) {
        ParityCounter counter = new ParityCounter();
        long matched = 0;
        Mismatch first = null;
        for (int image = 0; image < pairs.size(); image++) {
            List<Integer> expected = pairs.get(image).subList(0, 3);
            List<Integer> actual = pairs.get(image).subList(3, 6);
            counter.add(array(expected), array(actual));
            if (expected.equals(actual)) {
                matched++;
            } else if (first == null) {
                int output =
                        expected.get(0).equals(actual.get(0)) ? expected.get(1).equals(actual.get(1)) ? 2 : 1 : 0;
                first = new Mismatch(image, output, expected.get(output), actual.get(output));
            }
        }
        Parity parity = counter.result();
        assertEquals(pairs.size(), parity.images());
        assertEquals(matched, parity.matched());
        assertEquals(matched == pairs.size(), parity.isComplete());
        assertEquals(Math.min(5, pairs.size() - matched), parity.mismatches().size());
        assertTrue(first == null || parity.mismatches().get(0).equals(first));
    }

    @Example
    void shouldNotCallFewerOutputsEqual() {
        assertThrows(IllegalArgumentException.class, () -> new ParityCounter().add(new int[3], new int[2]));
        ParityCounter counter = new ParityCounter();
        counter.add(new int[] {1}, new int[] {2});
        assertFalse(counter.result().isComplete());
    }

    @Example
    void shouldCompareTheRunWithItsNarrowestPart() {
        // 1000 bytes at 100,000 baud are 0.1 s, 10,000 cycles of 100 kHz; 99 intervals of 10,100 cycles.
        WireUse wire = new WireUse(99, 99 * 10_100, 1000, 400, 4000, 100_000, 100_000);
        assertEquals(10_000, wire.wireCycles(), 1e-9);
        assertEquals(1 / 1.01, wire.utilisation(), 1e-12);
        assertEquals(1.01, wire.cyclesOverIdeal(), 1e-12);
        WireUse core = new WireUse(99, 99 * 20_100, 1000, 400, 20_000, 100_000, 100_000);
        assertEquals(1.005, core.cyclesOverIdeal(), 1e-12);
        WireUse answers = new WireUse(99, 99 * 10_100, 200, 1000, 4000, 100_000, 100_000);
        assertTrue(answers.isBusierWithAnswers() && !wire.isBusierWithAnswers());
        assertFalse(new WireUse(99, 99 * 10_100, 1000, 1000, 4000, 100_000, 100_000).isBusierWithAnswers());
        assertEquals(1.01, answers.cyclesOverIdeal(), 1e-12);
        assertTrue(Double.isNaN(new WireUse(0, 0, 1000, 400, 4000, 100_000, 100_000).utilisation()));
    }

    private static CycleDistribution distribution(List<Long> values) {
        CycleDistribution distribution = new CycleDistribution();
        values.forEach(distribution::add);
        return distribution;
    }

    private static int[] array(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
