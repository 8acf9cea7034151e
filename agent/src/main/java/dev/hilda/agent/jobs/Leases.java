// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.time.Duration;
import java.util.Optional;

/** Who may use which board: one holder at a time. */
public interface Leases {
    /**
     * Takes a board that nobody holds, or whose holder let the time pass.
     *
     * @param board its serial number
     * @param text why, for people
     * @param duration from now on, by the clock that all programs share
     * @return empty while somebody holds it
     */
    Optional<Lease> take(String board, String holder, String purpose, String text, Duration duration);

    /** Takes a board without saying why. */
    default Optional<Lease> take(String board, String holder, String purpose, Duration duration) {
        return take(board, holder, purpose, "", duration);
    }

    /** The lease under which a board is held now; whoever finds it may renew and release it. */
    Optional<Lease> holder(String board);
}
