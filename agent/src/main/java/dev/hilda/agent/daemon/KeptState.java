// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

/** What a board of this bench is there for now. */
enum KeptState {
    /** Waits for jobs. */
    READY,
    /** Runs one. */
    BUSY,
    /** Is looked at before it gets jobs again. */
    CHECKING,
    /** Somebody has it, and the agent has let go of probe and port. */
    RESERVED,
    /** Has failed too often. */
    QUARANTINED
}
