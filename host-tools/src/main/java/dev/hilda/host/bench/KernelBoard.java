// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.protocol.NetworkAnswer;
import java.util.Optional;

/** A board that computes one input with firmware it is given. */
@FunctionalInterface
public interface KernelBoard {
    /**
     * What it answered.
     *
     * @param counters of its core, where it has them
     * @param network what it says of the network afterwards
     */
    record Answer(InferAnswer inference, Optional<CoreCounters> counters, NetworkAnswer network) {}

    /**
     * Flashes the firmware and sends the input.
     *
     * @param modelHash that the firmware says
     * @param input packed codes
     * @throws BenchFailure when it cannot be done
     */
    Answer run(FirmwareImage image, String modelHash, byte[] input) throws InterruptedException;
}
