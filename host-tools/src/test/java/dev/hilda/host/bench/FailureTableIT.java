// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.bench.TestBench.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every fault against the program as users run it: it must end as the table in the documentation says. {@code
 * -Dhilda.failures=write} writes that table, {@code -Dhilda.fault=TEXT} takes only the faults with this in their names.
 */
class FailureTableIT {
    private static final boolean WRITES = "write".equals(System.getProperty("hilda.failures"));
    private static final String ONLY = System.getProperty("hilda.fault", "");

    private static final int DRAWN = 24;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    /** All faults, in the order of the table. */
    static List<InjectedFault> catalogue() {
        return Stream.of(ProbeFaults.all(), RunFaults.all(), HostFaults.all(), BrokerFaults.all())
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void shouldHaveARowForEachFault() throws Exception {
        assertEquals(
                catalogue().stream().map(InjectedFault::name).toList(),
                FailureTable.read().faults());
    }

    /** Some of them, drawn by the seed; all with the full tests. */
    @TestFactory
    Stream<DynamicTest> shouldTellQuickFaultsAsTheTableDoes() {
        boolean isAll = WRITES || !ONLY.isEmpty() || "true".equals(System.getenv("HILDA_FULL_TESTS"));
        return tests(InjectedFault::isQuick).limit(isAll ? Long.MAX_VALUE : DRAWN);
    }

    @TestFactory
    @Tag("full")
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    Stream<DynamicTest> shouldTellSlowFaultsAsTheTableDoes() {
        return tests(fault -> !fault.isQuick());
    }

    private Stream<DynamicTest> tests(Predicate<InjectedFault> chosen) {
        FaultBench faults = new FaultBench(bench);
        List<InjectedFault> shuffled = new ArrayList<>(catalogue());
        long seed = Long.getLong("hilda.seed", System.nanoTime());
        System.out.println("order by seed " + seed);
        Collections.shuffle(shuffled, new Random(seed)); // What one fault leaves must not change how the next is told.
        return shuffled.stream()
                .filter(chosen)
                .filter(fault -> fault.name().contains(ONLY))
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> check(faults, fault)));
    }

    static void check(FaultBench faults, InjectedFault fault) throws Exception {
        long started = System.nanoTime();
        Outcome outcome;
        try {
            outcome = fault.injection().run(faults);
        } finally {
            faults.restore();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        FailureRow raw = FailureRow.of(fault.name(), outcome);
        FailureRow found = new FailureRow(
                raw.fault(), raw.kind(), raw.exitCode(), faults.settled(raw.cause()), faults.settled(raw.remedy()));
        assertTrue(took.compareTo(fault.deadline()) < 0, fault + " took " + took);
        if (WRITES) {
            List<String> order = new ArrayList<>(
                    catalogue().stream().map(InjectedFault::name).toList());
            FailureTable.read().rewrite(List.of(found), order);
        } else {
            assertEquals(
                    FailureTable.line(FailureTable.read().row(found)), FailureTable.line(found), outcome.errText());
        }
    }
}
