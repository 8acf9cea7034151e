// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.time.Duration;

/** The right to use a board, for a time. */
public interface Lease {
    /** The purpose of people who want a board for themselves; its text says why. */
    String RESERVATION = "reservation";

    /** The board's serial number. */
    String board();

    String holder();

    String purpose();

    /** Why, for people; empty where nobody said. */
    String text();

    /** Greater than that of every lease of this board before. What is done under an older one counts no more. */
    long fence();

    /** By the store's clock, as of when this lease was taken, found or renewed here. */
    long expiresAtMs();

    /**
     * Holds it for that time from now on. One that has expired can be renewed while nobody else has taken the board.
     *
     * @return false when it is lost
     */
    boolean renew(Duration duration);

    /** Gives the board back; harmless when it was lost. */
    void release();
}
