// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.session.Deployment;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.List;

/** Makes of a file that the user names a network with firmware for a board. */
@FunctionalInterface
public interface DeploymentSource {
    /**
     * An opened file.
     *
     * @param inputs what its network reads
     * @param outputs what its network makes of it
     */
    record Opened(List<InputSlot> inputs, List<NetworkOutput> outputs, Work work) {
        public Opened {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    /** What is left to do with an opened file. */
    @FunctionalInterface
    interface Work {
        /**
         * The network of the file, with its firmware; may take minutes.
         *
         * @throws BenchFailure when there is no firmware for that board to be had
         */
        Deployment deployment() throws InterruptedException;
    }

    /**
     * Opens a file: does what takes no time, so that a mistake is told at once.
     *
     * @throws BenchFailure when the file cannot be read, or cannot run on that board
     */
    Opened open(Path file, BoardProfile profile) throws InterruptedException;
}
