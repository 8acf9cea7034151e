// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.protocol.InferAnswer;

/** Hears each inference's result, from the thread that streams: what it does holds up the line. */
@FunctionalInterface
public interface InferenceListener {
    /**
     * An image has been inferred.
     *
     * @param image counted from 0, in the order they were given
     * @param answer outputs and cycles
     */
    void inferred(long image, InferAnswer answer) throws InterruptedException;

    /** The board was lost and found again; what was under way is sent again. */
    default void resumed(Resume resume) {}
}
