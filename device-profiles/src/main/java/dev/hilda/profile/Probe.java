// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;

/**
 * The ST-Link and how it is found.
 *
 * @param usbIds {@code vendor:product} in lower-case hex; empty exactly for boards that are not on USB
 * @param kinds the kinds of ST-Link the board is sold with, at least one
 */
public record Probe(Discovery discovery, List<String> usbIds, List<ProbeKind> kinds) {
    public Probe {
        usbIds = List.copyOf(usbIds);
        kinds = List.copyOf(kinds);
        Require.that(!kinds.isEmpty(), "a probe needs at least one kind");
    }

    /** The rate that no kind exceeds, in baud. */
    public int highestReliableBaud() {
        return kinds.stream().mapToInt(ProbeKind::maxReliableBaud).max().orElseThrow();
    }

    /** The rate that every kind reaches, in baud. */
    public int reliableBaudOfEveryKind() {
        return kinds.stream().mapToInt(ProbeKind::maxReliableBaud).min().orElseThrow();
    }
}
