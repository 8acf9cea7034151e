// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.verdict.SimulatedNights.Tally;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often verdicts with the usual policy are wrong, over nights of {@link SimulatedNights}. */
class NightSimulationTest {
    private static final long SEED = Long.getLong("hilda.seed", 1);
    private static final int RARELY = 10;

    private static RunResult template;

    @BeforeAll
    static void measure(@TempDir Path folder) {
        template = new PlantedRuns(folder).baseline().result();
    }

    private static Tally simulated(int seeds, int promotedEvery) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Tally all = new Tally();
        for (int seed = 0; seed < seeds; seed++) {
            all.add(new SimulatedNights(template, Policy.USUAL, promotedEvery, SEED + seed).tally());
        }
        System.out.printf(
                Locale.ROOT,
                "NightSimulationTest -Dhilda.seed=%d: α %s, %d seeds, promoted every %d nights: in 100 nights %.2f false"
                        + " regressions (accuracy %.2f, cycles %.2f); found %d of %d drops, %d of %d slower runs; told %d"
                        + " of %d faults; %.1f s CPU%n",
                SEED,
                Policy.USUAL.significance(),
                seeds,
                promotedEvery,
                (double) all.falseBundles / seeds,
                (double) all.falseAccuracies / seeds,
                (double) all.falseCycles / seeds,
                all.dropsFound,
                all.drops,
                all.slowRunsFound,
                all.slowRuns,
                all.faultsTold,
                all.faults,
                (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9);
        return all;
    }

    private static void assertTrusted(Tally all, int seeds) {
        assertTrue(all.falseBundles <= seeds, all.falseBundles + " false regressions, of " + seeds + " allowed");
        assertTrue(all.dropsFound >= 0.95 * all.drops, all.dropsFound + " of " + all.drops + " drops");
        assertTrue(
                all.slowRunsFound >= 0.95 * all.slowRuns, all.slowRunsFound + " of " + all.slowRuns + " slower runs");
        assertEquals(0, all.accused.size(), "networks accused of a board's fault: " + all.accused);
        assertEquals(all.faults, all.faultsTold, "faults told as what they are, but for " + all.untold);
    }

    @Test
    void shouldAccuseFewAndMissFewIn200Nights() {
        assertTrusted(simulated(2, RARELY), 2);
    }

    @Test
    @Tag("full")
    void shouldAccuseFewAndMissFewIn2000Nights() {
        assertTrusted(simulated(20, RARELY), 20);
    }

    /** Then a network is tested alone, with nothing taken off the significance. */
    @Test
    @Tag("full")
    void shouldAccuseFewWherePromotionsAreFrequent() {
        assertTrusted(simulated(20, 1), 20);
    }
}
