package dev.hilda.agent.run;

import dev.hilda.agent.publish.RunIdentity;
import java.nio.file.Path;

/**
 * Hears from the thread of a run how it goes.
 *
 * @param <R> what its task finds
 */
public interface RunListener<R> {
    /** A step has come further; the parameters are those of {@link dev.hilda.agent.board.Progress}. */
    void progress(String step, long done, long total);

    /** What a person should look at. */
    void remark(String text);

    /** The task is done, whatever its verdict. */
    void measured(RunIdentity run, R report);

    /** The result is in that file. */
    void saved(Path file);

    /** The result, of a failed or cancelled run too, as JSON on one line. */
    void document(String document);

    /** The result is at that topic, and was read back. */
    void published(String topic);
}
