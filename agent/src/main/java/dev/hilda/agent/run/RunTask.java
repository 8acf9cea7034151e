// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link BoardRun} does with its board, once. Keeps what it finds, so that there is a result however it ends.
 *
 * @param <R> its result
 */
public interface RunTask<R extends Result> {
    /** What is flashed. */
    FirmwareImage image();

    /** What the firmware must say of itself. */
    ExpectedFirmware expected();

    /**
     * The steps from flashing to the last answer.
     *
     * @param session that nothing has been done with
     * @param board the board, as messages name it
     * @return why what was found is a failure; empty when it is none
     * @throws BenchFailure when it cannot be done
     */
    Optional<BenchFailure> run(BoardSession session, Flasher flasher, String board, Progress progress)
            throws InterruptedException;

    /** What the board said of itself, as far as it has. */
    Optional<Greeting> greeting();

    /** Whether the steps came to their end, whatever was found. */
    boolean isComplete();

    /** What each image came to until now, in order; none where no network ran. */
    default List<ImageOutcome> outcomes() {
        return List.of();
    }

    /** What has been found until now. */
    R result(RunIdentity run, Outcome outcome, BenchSetup setup);
}
