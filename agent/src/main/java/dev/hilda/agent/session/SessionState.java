// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.FailureKind;

/** How far a run has come: unknown → flashed → ready → streaming → done, and failed from anywhere. */
public sealed interface SessionState {
    /** Whatever the board holds from earlier. */
    record Unknown() implements SessionState {}

    /** Our image is in flash, verified, and has been started. */
    record Flashed() implements SessionState {}

    /** The firmware has said hello, and it is the one we want on the board we want. */
    record Ready() implements SessionState {}

    /** Data goes to the board and comes back. */
    record Streaming() implements SessionState {}

    /** The run has ended well. */
    record Done() implements SessionState {}

    /** The run has ended badly. */
    record Failed(FailureKind kind) implements SessionState {}
}
