// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.protocol.InferAnswer;

/** Hears each input with the board's answer, in order, from the thread that streams: what it does holds up the line. */
@FunctionalInterface
public interface AnswerListener {
    /** Nobody listens. */
    AnswerListener SILENT = (sample, answer) -> {};

    /** The board has answered. */
    void answered(Sample sample, InferAnswer answer);
}
