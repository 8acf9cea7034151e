// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What else has a part in a figure, by fields of the result's document.
 *
 * @param same what must be the same for the figures to be of the same thing
 * @param suspects what changes the figure without a change of the network: somebody must decide
 */
public record Dimensions(Set<String> same, Set<String> suspects) {
    /** Of cycles: OpenOCD, the probe and its firmware have no part in them. */
    public static final Dimensions CYCLES = new Dimensions(
            Set.of("chip_id", "chip_revision", "clock_source", "core_clock_hz", "timing", "timing_model"),
            Set.of("compiler", "compiler_flags", "hilda_version", "hilda_commit"));

    /** Of bytes: the compiler stands for the linker that comes with it. */
    public static final Dimensions BYTES = new Dimensions(Set.of(), Set.of("compiler", "compiler_flags"));

    /** @throws IllegalArgumentException with all that is wrong */
    public Dimensions {
        same = Collections.unmodifiableSet(new TreeSet<>(same));
        suspects = Collections.unmodifiableSet(new TreeSet<>(suspects));
        List<String> problems = new ArrayList<>();
        for (String field : both(same, suspects)) {
            if (!Change.fields().contains(field)) {
                problems.add(field + ": expected one of " + String.join(", ", Change.fields()));
            } else if (same.contains(field) && suspects.contains(field)) {
                problems.add(field + ": expected among same or among suspects, got both");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static Set<String> both(Set<String> same, Set<String> suspects) {
        Set<String> both = new TreeSet<>(same);
        both.addAll(suspects);
        return both;
    }
}
