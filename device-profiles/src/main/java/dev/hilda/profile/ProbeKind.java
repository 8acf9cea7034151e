// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/**
 * One kind of ST-Link the board is sold with.
 *
 * @param maxReliableBaud highest rate at which its serial bridge loses nothing, in baud
 */
public record ProbeKind(ProbeType type, int maxReliableBaud) {
    public ProbeKind {
        Require.that(maxReliableBaud > 0, "max_reliable_baud must be positive, not " + maxReliableBaud);
    }
}
