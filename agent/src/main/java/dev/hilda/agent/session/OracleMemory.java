// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.util.Optional;

/** What the oracle has given for a run's inputs before. Asked and told of the inputs in their order, by one thread. */
public interface OracleMemory {
    /** Knows nothing. */
    OracleMemory NONE = new OracleMemory() {
        @Override
        public Optional<int[]> outputs(byte[] packedInput) {
            return Optional.empty();
        }

        @Override
        public void computed(byte[] packedInput, int[] outputs) {}
    };

    /**
     * The oracle's outputs for the next input; empty where they must be computed.
     *
     * @param packedInput as the board reads it
     */
    Optional<int[]> outputs(byte[] packedInput);

    /** What was computed for the input that was asked for last. */
    void computed(byte[] packedInput, int[] outputs);
}
