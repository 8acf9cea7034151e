package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.mqtt.BenchAnnouncer;
import dev.hilda.agent.session.BoardSession;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link BenchRun} does with its board, and how that is told.
 *
 * @param <R> what it finds
 */
interface BenchTask<R> {
    /** The level of {@code latest/MODEL} that its results use. */
    String model();

    /**
     * Does it.
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

    /** That it could not be done, as JSON on one line. */
    String document(RunIdentity run, BenchFailure failure);

    /** What was found, for people. */
    void summarize(RunOutput output, String board, RunIdentity run, R report);

    /** Publishes what is not part of the result. */
    void publishMore(BenchAnnouncer announcer, RunIdentity run, R report);
}
