// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import dev.hilda.profile.BoardProfile;

/** Where the base firmware comes from: the one that answers hello, echo and statistics without any network. */
@FunctionalInterface
public interface FirmwareSource {
    /**
     * The base firmware for a kind of board.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUILD} when there is none or it cannot be built
     */
    FirmwareImage baseFirmware(BoardProfile profile) throws InterruptedException;
}
