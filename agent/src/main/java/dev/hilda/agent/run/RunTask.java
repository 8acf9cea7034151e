package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link BoardRun} does with its board.
 *
 * @param <R> what it finds
 */
public interface RunTask<R> {
    /** The level of {@code latest/MODEL} that its results use. */
    String model();

    /** What is flashed. */
    FirmwareImage image();

    /** What the firmware must say of itself. */
    ExpectedFirmware expected();

    /**
     * The steps from flashing to the last answer.
     *
     * @param session that nothing has been done with
     * @param board the board, as messages name it
     * @throws BenchFailure when it cannot be done
     */
    R run(BoardSession session, Flasher flasher, String board, Progress progress) throws InterruptedException;

    /** Why what was found is a failure; empty when it is none. */
    Optional<BenchFailure> verdict(R report);

    /** What should be looked at. */
    List<String> remarks(R report);

    /** What was found, as JSON on one line. */
    String document(RunIdentity run, R report);

    /**
     * That it did not come to its end, as JSON on one line.
     *
     * @param failureKind label of a kind, or {@code interrupted}
     */
    String document(RunIdentity run, String failureKind, String failure);

    /** Publishes what is not part of the result. */
    void publishMore(Announcer announcer, RunIdentity run, R report);
}
