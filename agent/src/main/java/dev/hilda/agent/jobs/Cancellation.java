// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

/** What a wish to cancel came to. */
public enum Cancellation {
    /** It waited for a board, and has ended. */
    ENDED,
    /** It runs, and its agent will end it. */
    REQUESTED,
    /** It had ended before. */
    ALREADY_ENDED,
    /** There is no such job. */
    UNKNOWN
}
