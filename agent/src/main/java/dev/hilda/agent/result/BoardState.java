// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/** What a board does now. */
public enum BoardState {
    IDLE,
    FLASHING,
    STREAMING,
    /** Its last run failed by its fault, or by one that could be its own. */
    FAULTED,
    /** Its last run was cancelled. */
    INTERRUPTED,
    /** Somebody has it for something else. */
    RESERVED,
    /** Has failed too often to get jobs. */
    QUARANTINED,
    /** Whoever ran something on it has gone without a word. */
    LOST
}
