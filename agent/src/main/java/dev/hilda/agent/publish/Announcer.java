package dev.hilda.agent.publish;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;

/** Tells the world what one board of a bench does, and its results. */
public interface Announcer extends AutoCloseable {
    /** Says what the board does now; that it cannot be said is no failure. */
    void boardStatus(String word);

    /** Says how far the run has come; that it cannot be said is no failure. */
    void progress(RunIdentity run, String step, long done, long total);

    /**
     * Publishes a result, passed or not, also as the latest of its model.
     *
     * @param model one topic level
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    void result(RunIdentity run, String model, String document);

    /**
     * Publishes how long each layer took.
     *
     * @param model one topic level
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH}
     */
    void layers(RunIdentity run, String model, String document);

    /**
     * Reads the latest result back as any other program would.
     *
     * @throws BenchFailure of kind {@link FailureKind#PUBLISH} when it is not what was published
     */
    void readBack(String model, String document) throws InterruptedException;

    /** Says goodbye. */
    @Override
    void close();
}
