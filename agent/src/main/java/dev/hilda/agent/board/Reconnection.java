// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

/** How to reach a board again that was lost in the middle of a run. */
public interface Reconnection {
    /**
     * Gives up the line to its firmware and opens it anew, wherever its port is now.
     *
     * @throws BenchFailure when the port is not there, or not for us
     */
    BoardLink reopen() throws InterruptedException;

    /**
     * Restarts its firmware through the probe.
     *
     * @throws BenchFailure when that fails
     */
    void reset() throws InterruptedException;
}
