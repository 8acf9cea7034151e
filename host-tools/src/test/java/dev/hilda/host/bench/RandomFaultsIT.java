// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.TestAbortedException;

/**
 * Faults in random order on one bench, one after the other: what one leaves must not change how the next is told. {@code
 * -Dhilda.seed} and {@code -Dhilda.first} repeat a sequence from one of its faults on, {@code -Dhilda.faults} says how
 * many.
 */
class RandomFaultsIT {
    private static final int FAULTS = Integer.getInteger("hilda.faults", 200);
    private static final double LEAST_RIGHT = 0.97;
    /** Of slow faults, one in so many; they wait most of the time. */
    private static final int SLOW_ONE_IN = 20;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldTellNearlyAllAsTheTableDoes() throws Exception {
        long seed = Long.getLong("hilda.seed", System.nanoTime());
        int first = Integer.getInteger("hilda.first", 0);
        System.out.println("seed " + seed);
        List<InjectedFault> quick = FailureTableIT.catalogue().stream()
                .filter(InjectedFault::isQuick)
                .toList();
        List<InjectedFault> slow = FailureTableIT.catalogue().stream()
                .filter(fault -> !fault.isQuick())
                .toList();
        SplittableRandom random = new SplittableRandom(seed);
        FaultBench faults = new FaultBench(bench);
        List<String> wrong = new ArrayList<>();
        for (int number = 0; number < FAULTS; number++) {
            List<InjectedFault> from = random.nextInt(SLOW_ONE_IN) == 0 ? slow : quick;
            InjectedFault fault = from.get(random.nextInt(from.size()));
            if (number >= first && !isToldRight(faults, fault)) {
                wrong.add(number + " " + fault);
                System.out.println("told wrong: " + wrong.get(wrong.size() - 1));
            }
        }
        int done = FAULTS - first;
        System.out.println("seed " + seed + ": " + (done - wrong.size()) + " of " + done + " told right");
        assertTrue(done - wrong.size() >= LEAST_RIGHT * done, "seed " + seed + ": " + wrong);
    }

    private static boolean isToldRight(FaultBench faults, InjectedFault fault) throws Exception {
        try {
            FailureTableIT.check(faults, fault);
            return true;
        } catch (TestAbortedException impossible) {
            return true; // Not on this machine, such as a small disk without being root.
        } catch (AssertionError wrong) {
            System.out.println(wrong.getMessage());
            return false;
        }
    }
}
