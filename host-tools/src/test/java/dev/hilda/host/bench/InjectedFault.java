// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.host.bench.TestBench.Outcome;
import java.time.Duration;

/**
 * A fault, and a run of the program with it.
 *
 * @param name as the table says it
 * @param isQuick whether the default suite runs it
 * @param deadline of the run
 */
record InjectedFault(String name, boolean isQuick, Duration deadline, Injection injection) {
    private static final Duration SOON = Duration.ofSeconds(45);

    /** Arms the fault and runs the program. */
    interface Injection {
        Outcome run(FaultBench bench) throws Exception;
    }

    static InjectedFault quick(String name, Injection injection) {
        return new InjectedFault(name, true, SOON, injection);
    }

    /** One that takes seconds of waiting, so that the full suite runs it only. */
    static InjectedFault slow(String name, Duration deadline, Injection injection) {
        return new InjectedFault(name, false, deadline, injection);
    }

    @Override
    public String toString() {
        return name;
    }
}
