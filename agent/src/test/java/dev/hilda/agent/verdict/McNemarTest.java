// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class McNemarTest {
    /** R 4.2: binom.test(3, 15)$p.value, binom.test(1, 6)$p.value, binom.test(0, 5)$p.value. */
    @Test
    void shouldEqualTheBinomialTest() {
        assertEquals(0.03515625, McNemar.probability(3, 12), 1e-9);
        assertEquals(0.21875, McNemar.probability(5, 1), 1e-9);
        assertEquals(0.0625, McNemar.probability(0, 5), 1e-9);
    }

    /** Fagerland, Lydersen, Laake, Statistical Analysis of Contingency Tables (2017), of Cavo and others (2012). */
    @Test
    void shouldEqualAPublishedExample() {
        assertEquals(0.052479, McNemar.probability(16, 6), 5e-7);
    }

    @Test
    void shouldEqualTheSumOfAllSplitsThatAreAsUneven() {
        for (int all = 0; all <= 40; all++) {
            for (int lost = 0; lost <= all; lost++) {
                assertExact(lost, all - lost);
            }
        }
        long seed = Long.getLong("hilda.seed", System.nanoTime());
        System.out.println("McNemarTest -Dhilda.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int draw = 0; draw < 40; draw++) {
            int all = random.nextInt(41, 3000);
            assertExact(random.nextInt(all * 2 / 5, all * 3 / 5), all);
        }
    }

    /** 2^-n is no double any more from 1,075 images on. */
    @Test
    void shouldNotTakeAnEvenSplitOfManyImagesForUneven() {
        assertEquals(1, McNemar.probability(5000, 5000), 1e-12);
        assertEquals(1, McNemar.probability(0, 0), 0);
        assertExact(1500, 1400);
    }

    private static void assertExact(int lost, int won) {
        int all = lost + won;
        BigInteger splits = BigInteger.ZERO;
        BigInteger choices = BigInteger.ONE;
        for (int count = 0; count <= all; count++) {
            if (Math.abs(all - 2 * count) >= Math.abs(lost - won)) {
                splits = splits.add(choices);
            }
            choices = choices.multiply(BigInteger.valueOf(all - count)).divide(BigInteger.valueOf(count + 1));
        }
        double expected = new BigDecimal(splits)
                .divide(new BigDecimal(BigInteger.TWO.pow(all)), MathContext.DECIMAL64)
                .doubleValue();
        assertEquals(expected, McNemar.probability(lost, won), 1e-9 * expected, lost + " lost, " + won + " won");
    }

    /** R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02. */
    @Test
    void shouldCorrectAsHolm() {
        assertArrayEquals(
                new double[] {0.03, 0.06, 0.06, 0.02}, Holm.corrected(new double[] {0.01, 0.04, 0.03, 0.005}), 1e-12);
        assertArrayEquals(new double[] {0.9, 0.8}, Holm.corrected(new double[] {0.9, 0.4}), 1e-12);
    }
}
