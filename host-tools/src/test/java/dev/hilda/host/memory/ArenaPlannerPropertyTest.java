// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.RandomNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ArenaPlannerPropertyTest {
    @Property(tries = 200)
    void shouldKeepTensorsApartThatAreAliveTogether(@ForAll long seed) {
        List<Lifetime> lifetimes = residual(new Random(seed));
        ArenaPlan plan = ArenaPlanner.plan(lifetimes);
        for (int a = 0; a < lifetimes.size(); a++) {
            assertTrue(end(plan, lifetimes, a) <= plan.arenaBytes());
            for (int b = 0; b < a; b++) {
                boolean apart = end(plan, lifetimes, a) <= plan.offsetBytes().get(b)
                        || end(plan, lifetimes, b) <= plan.offsetBytes().get(a);
                assertTrue(apart || !lifetimes.get(a).overlaps(lifetimes.get(b)), "tensors " + a + " and " + b);
            }
        }
        int bound = Liveness.peakBytes(lifetimes);
        assertTrue(plan.arenaBytes() >= bound);
        assertTrue(plan.arenaBytes() <= bound + bound / 8, () -> plan.arenaBytes() + " for " + bound);
        assertEquals(plan, ArenaPlanner.plan(lifetimes));
    }

    @Property(tries = 200)
    void shouldGiveChainsTheirLargestInputAndOutput(@ForAll long seed) {
        Random random = new Random(seed);
        int steps = 1 + random.nextInt(40);
        List<Lifetime> lifetimes = new ArrayList<>();
        for (int tensor = 0; tensor <= steps; tensor++) {
            lifetimes.add(new Lifetime(1 + random.nextInt(5000), Math.max(0, tensor - 1), tensor));
        }
        int largest = 0;
        for (int step = 0; step < steps; step++) {
            int pair =
                    lifetimes.get(step).alignedBytes() + lifetimes.get(step + 1).alignedBytes();
            largest = Math.max(largest, pair);
        }
        assertEquals(largest, ArenaPlanner.plan(lifetimes).arenaBytes());
    }

    @Property(tries = 200)
    void shouldKeepOutputsUntilTheAnswerIsRead(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.severalOutputs(seed);
        ArenaPlan plan = ArenaPlanner.plan(network);
        List<Lifetime> lifetimes = Liveness.of(network);
        for (int output : network.outputs()) {
            for (int later = 0; later < lifetimes.size(); later++) {
                boolean isKept = end(plan, lifetimes, output)
                                <= plan.offsetBytes().get(later)
                        || end(plan, lifetimes, later) <= plan.offsetBytes().get(output);
                boolean isWrittenLater = lifetimes.get(later).firstStep()
                        >= lifetimes.get(output).firstStep();
                assertTrue(isKept || later == output || !isWrittenLater, "output " + output + " under " + later);
            }
        }
    }

    private static int end(ArenaPlan plan, List<Lifetime> lifetimes, int index) {
        return plan.offsetBytes().get(index) + lifetimes.get(index).bytes();
    }

    /** A chain in which some tensors are read again a few steps later. */
    private static List<Lifetime> residual(Random random) {
        int steps = 2 + random.nextInt(20);
        List<Lifetime> lifetimes = new ArrayList<>();
        for (int tensor = 0; tensor <= steps; tensor++) {
            int longer = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
            int last = Math.min(steps, tensor + longer);
            lifetimes.add(new Lifetime(1 + random.nextInt(5000), Math.max(0, tensor - 1), last));
        }
        return lifetimes;
    }
}
