// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.Topics;
import java.util.function.Consumer;

/** What a run reaches its board and its readers with. */
public interface BenchPorts {
    /** A flasher for the board. */
    Flasher flasher(RunRequest request);

    /** What the program that flashes says of its version. */
    String flasherVersion() throws InterruptedException;

    /**
     * Opens the line to the board's firmware.
     *
     * @throws BenchFailure of kind {@link FailureKind#LINK}
     */
    BoardLink link(RunRequest request);

    /**
     * The same after the board was lost: its port may be another one.
     *
     * @throws BenchFailure of kind {@link FailureKind#LINK}
     */
    BoardLink linkAgain(RunRequest request);

    /**
     * Begins to tell what the board does.
     *
     * @param remarks hears when status cannot be told
     */
    Publisher publisher(Topics topics, Consumer<String> remarks);
}
