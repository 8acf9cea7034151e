// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkInput;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.IntegerNetwork;
import java.nio.file.Path;

/** Says what the network in a file reads. */
@FunctionalInterface
public interface NetworkInputs {
    /**
     * What the network of a file reads.
     *
     * @throws dev.hilda.agent.board.BenchFailure and the like when the file cannot be read
     */
    NetworkInput of(Path file);

    /** Of the network of a bundle. */
    static NetworkInput ofBundle(Path file) {
        Bundle bundle = Bundle.read(file);
        IntegerNetwork network = bundle.network();
        return new NetworkInput(
                InputSlot.of(network),
                network.inputTensors(),
                NetworkOutput.of(network),
                bundle.calibratedClipping().orElse(0));
    }
}
