// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;

/** Lets a run have its board, which others may want, too. */
@FunctionalInterface
public interface BoardAccess {
    /** Whoever runs has it already, or nobody else could. */
    BoardAccess GIVEN = (request, cancel) -> () -> {};

    /**
     * Takes the board.
     *
     * @param cancel cancelled when the board is lost to somebody else
     * @throws BenchFailure of kind {@link FailureKind#BENCH} that says who has it
     */
    Hold take(RunRequest request, CancelToken cancel);

    /** Having it. */
    @FunctionalInterface
    interface Hold extends AutoCloseable {
        /** Gives it back. */
        @Override
        void close();
    }
}
