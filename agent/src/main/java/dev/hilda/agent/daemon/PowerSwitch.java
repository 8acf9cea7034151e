// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import java.time.Duration;
import java.util.List;

/**
 * What takes the power of a board away and gives it back: two commands, each an array of arguments that no shell reads.
 *
 * @param off takes the power away
 * @param on gives it back
 * @param settle how long the board stays without power, and how long it may take to come back after it
 * @param cyclesPerDay how often at most
 */
public record PowerSwitch(List<String> off, List<String> on, Duration settle, int cyclesPerDay) {
    public PowerSwitch {
        off = List.copyOf(off);
        on = List.copyOf(on);
    }
}
