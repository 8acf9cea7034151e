// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.result.Result;

/**
 * Hears from the thread of a run how it goes.
 *
 * @param <R> its result
 */
public interface RunListener<R extends Result> {
    /** A step has come further; the parameters are those of {@link dev.hilda.agent.board.Progress}. */
    void progress(String step, long done, long total);

    /** What a person should look at. */
    void remark(String text);

    /** The task came to its end, whatever its figures. */
    void measured(R result);

    /** The run has this result, failed and cancelled ones too, as it is published. */
    void result(Result result);

    /** The result is kept there. */
    void saved(String place);

    /** The result is at that topic, and was read back. */
    void published(String topic);
}
