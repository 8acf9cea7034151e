// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.profile.BoardProfile;
import java.util.Map;

/** Makes firmware that runs a network. */
public interface NetworkCompiler {
    /**
     * Finds out before long work whether firmware can be built for a board.
     *
     * @return what the compiler says it is
     * @throws dev.hilda.agent.board.BenchFailure of kind build when there is no such compiler, or no port to the chip
     */
    String requireCompiler(BoardProfile profile) throws InterruptedException;

    /**
     * Firmware that runs a network.
     *
     * @param name of the network, for messages
     * @param generated C and assembly files by their path in the template, which define what {@code app/network.h} declares
     * @param modelHash SHA-256 of the network, 64 hexadecimal digits; the firmware says it in its hello
     * @throws dev.hilda.agent.board.BenchFailure of kind build, also when the linked image does not fit the board
     */
    NetworkFirmware network(BoardProfile profile, String name, Map<String, String> generated, String modelHash)
            throws InterruptedException;
}
