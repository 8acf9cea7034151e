// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.io.IOException;
import java.util.function.Consumer;

/** Results that are kept and that no broker has yet, in the order they came. */
public interface Outbox {
    /** How many wait. */
    int size() throws IOException;

    /**
     * Sends all that wait, the oldest first. What was sent is noted before the next is sent, so that a failure loses
     * nothing; what was sent when the note failed is sent once more, with the same run id.
     *
     * @param sender returns when the broker has it
     * @param remarks hears of results that this program cannot read; they stay
     */
    void send(Consumer<Result> sender, Consumer<String> remarks) throws IOException;
}
