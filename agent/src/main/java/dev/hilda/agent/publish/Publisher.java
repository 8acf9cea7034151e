// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.util.Optional;

/** Tells the world what one board of a bench does, and its results. */
public interface Publisher extends AutoCloseable {
    /** Says what the board does now; that it cannot be said is no failure. */
    void boardState(BoardState state);

    /** Says how far the run has come; that it cannot be said is no failure. */
    void progress(RunProgress progress);

    /**
     * Publishes a result, passed or not. One that came to its end is also the latest of its model, with the times of its
     * layers.
     *
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    void result(Result result);

    /**
     * Reads the latest result back as any other program would.
     *
     * @return the topic where it stands; empty where it was not published
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH} when it is not what was published
     */
    Optional<String> readBack(Result result) throws InterruptedException;

    /** Says goodbye. */
    @Override
    void close();
}
