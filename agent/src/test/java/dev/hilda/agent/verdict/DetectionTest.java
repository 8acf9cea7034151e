// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What sets of images can show, held against sets that are drawn. */
class DetectionTest {
    private static final double SIGNIFICANCE = 0.05;
    private static final long SEED = Long.getLong("hilda.seed", System.nanoTime());

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("DetectionTest -Dhilda.seed=" + SEED);
    }

    private record Counts(int lost, int won) {}

    private Counts draw(int images, double drop, double discordant) {
        double lostShare = (discordant + drop) / 2;
        int lost = 0;
        int won = 0;
        for (int image = 0; image < images; image++) {
            double drawn = random.nextDouble();
            lost += drawn < lostShare ? 1 : 0;
            won += drawn >= lostShare && drawn < discordant ? 1 : 0;
        }
        return new Counts(lost, won);
    }

    /** Share of drawn sets in which the drop is found. */
    private double found(int sets, int images, double drop, double discordant) {
        int found = 0;
        for (int set = 0; set < sets; set++) {
            Counts counts = draw(images, drop, discordant);
            found += counts.lost > counts.won && McNemar.probability(counts.lost, counts.won) <= SIGNIFICANCE ? 1 : 0;
        }
        return (double) found / sets;
    }

    /** Of every count of lost and won images, by its own probability. */
    @Test
    void shouldKnowTheChanceOfFindingADrop() {
        int images = 60;
        for (double[] shares : new double[][] {{0.1, 0.2}, {0.2, 0.2}, {0, 0.3}, {0.3, 0.9}, {1, 1}, {0.4, 0.1}}) {
            double discordant = Math.max(shares[0], shares[1]);
            double lostShare = (discordant + shares[0]) / 2;
            double wonShare = (discordant - shares[0]) / 2;
            double expected = 0;
            for (int lost = 0; lost <= images; lost++) {
                for (int won = 0; won < lost && lost + won <= images; won++) {
                    if (McNemar.probability(lost, won) <= SIGNIFICANCE) {
                        expected += choices(images, lost)
                                * choices(images - lost, won)
                                * Math.pow(lostShare, lost)
                                * Math.pow(wonShare, won)
                                * Math.pow(1 - discordant, images - lost - won);
                    }
                }
            }
            assertEquals(expected, new Detection(SIGNIFICANCE, 0.99).chance(images, shares[0], shares[1]), 1e-9);
        }
    }

    private static double choices(int of, int number) {
        double choices = 1;
        for (int index = 0; index < number; index++) {
            choices = choices * (of - index) / (index + 1);
        }
        return choices;
    }

    @Test
    void shouldFindTheSmallestDropAsOftenAsSaid() {
        for (double power : new double[] {0.8, 0.99}) {
            double drop =
                    new Detection(SIGNIFICANCE, power).smallestDrop(1000, 0.03).orElseThrow();
            double expectedError = 5 * Math.sqrt(power * (1 - power) / 4000);
            assertEquals(power, found(4000, 1000, drop, 0.03), expectedError, "drop " + drop);
            assertTrue(found(2000, 1000, 0.8 * drop, 0.03) < power - 0.01);
        }
    }

    /** Without discordant images as yet, the drop itself makes them. */
    @Test
    void shouldKnowTheSmallestDropOfNetworksThatAgree() {
        Detection detection = new Detection(SIGNIFICANCE, 0.99);
        double drop = detection.smallestDrop(1000, 0).orElseThrow();
        // Six lost and none won are the first that are no chance: 1 - ppois(5, 13.1) is 0.99.
        assertEquals(0.0131, drop, 0.0002);
        assertEquals(OptionalDouble.empty(), detection.smallestDrop(5, 0.5));
        assertTrue(detection.smallestDrop(6, 0.5).isPresent());
    }

    @Test
    void shouldNeedAsManyImagesAsItSays() {
        Detection detection = new Detection(SIGNIFICANCE, 0.99);
        long images = detection.imagesFor(0.008, 0.03);
        assertEquals(8700, images);
        double found = detection.chance((int) images, 0.008, 0.03);
        assertTrue(found >= 0.99 && found < 0.993, "found " + found);
        assertEquals(found, found(1500, (int) images, 0.008, 0.03), 5 * Math.sqrt(0.99 * 0.01 / 1500));
        for (double[] shares : new double[][] {{0.02, 0.02}, {0.05, 0.1}, {0.003, 0.01}, {0.2, 0.5}, {0.004, 0.1}}) {
            int needed = (int) detection.imagesFor(shares[0], shares[1]);
            String which = needed + " for " + shares[0] + " of " + shares[1];
            assertTrue(detection.chance(needed, shares[0], shares[1]) >= 0.9895, which);
            assertTrue(detection.chance(needed * 9 / 10, shares[0], shares[1]) < 0.99, which);
        }
    }

    /** The exact test keeps its promise at equal networks. */
    @Test
    void shouldSeldomSeeADropThatIsNotThere() {
        for (double discordant : new double[] {0.01, 0.05, 0.3}) {
            assertTrue(new Detection(SIGNIFICANCE, 0.99).chance(1000, 0, discordant) <= SIGNIFICANCE / 2);
        }
    }

    /** R, contingencytables: Tango_asymptotic_score_CI_paired_2x2(rbind(c(59, 6), c(16, 80))). */
    @Test
    void shouldHaveTheIntervalOfAPublishedExample() {
        DifferenceInterval interval = DifferenceInterval.of(161, 16, 6, SIGNIFICANCE);
        assertEquals(-0.1240, interval.low(), 5e-5);
        assertEquals(-0.0054, interval.high(), 5e-5);
        DifferenceInterval mirrored = DifferenceInterval.of(161, 6, 16, SIGNIFICANCE);
        assertEquals(-interval.low(), mirrored.high(), 1e-9);
    }

    /** z²/(n + z²), as of a single share of which nothing was seen. */
    @Test
    void shouldHaveAnIntervalWhereNothingIsDiscordant() {
        double square = 1.959964 * 1.959964;
        DifferenceInterval interval = DifferenceInterval.of(1000, 0, 0, SIGNIFICANCE);
        assertEquals(square / (1000 + square), interval.high(), 1e-8);
        assertEquals(-interval.high(), interval.low(), 1e-8);
        assertEquals(-1, DifferenceInterval.of(10, 10, 0, SIGNIFICANCE).low(), 1e-6);
        assertEquals(1, DifferenceInterval.of(10, 0, 10, SIGNIFICANCE).high(), 1e-6);
    }

    @Test
    void shouldCoverTheTrueDifferenceAsOftenAsSaid() {
        for (double[] set : new double[][] {{100, 0.05, 0.2}, {1000, 0.01, 0.03}, {1000, 0, 0.1}, {300, -0.1, 0.15}}) {
            for (double significance : new double[] {0.05, 0.2}) {
                int covered = 0;
                int sets = 3000;
                for (int draw = 0; draw < sets; draw++) {
                    Counts counts = draw((int) set[0], set[1], set[2]);
                    DifferenceInterval interval =
                            DifferenceInterval.of((int) set[0], counts.lost, counts.won, significance);
                    covered += interval.low() <= -set[1] && -set[1] <= interval.high() ? 1 : 0;
                }
                assertEquals(1 - significance, (double) covered / sets, significance == 0.05 ? 0.025 : 0.05);
            }
        }
    }

    /** R: qnorm(c(0.5, 0.8, 0.975, 0.99, 0.9999)). */
    @Test
    void shouldKnowTheQuantilesOfTheNormalDistribution() {
        double[][] known = {
            {0.5, 0}, {0.8, 0.8416212336}, {0.975, 1.9599639845}, {0.99, 2.3263478740}, {0.9999, 3.7190164855}
        };
        for (double[] quantile : known) {
            assertEquals(quantile[1], NormalDistribution.quantile(quantile[0]), 1e-9);
        }
    }
}
