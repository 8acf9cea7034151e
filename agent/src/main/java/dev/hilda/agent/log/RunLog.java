// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.log;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The log of this program: files in a folder, and standard error where the user wants to see it. Standard output belongs to
 * results. Before {@link #begin} nothing is logged, and without a line that is logged nothing is loaded or made.
 *
 * @param command what this program was started for, without passwords; the first line
 * @param folder for the files; made private to this user
 * @param onTerminal whether standard error gets the lines too, but those of level DEBUG
 * @param remarks hears why there is no file
 */
public record RunLog(String command, Supplier<Path> folder, boolean onTerminal, Consumer<String> remarks) {
    /** The key of SLF4J's diagnostic context that every line shows: the id of the run that the thread works for. */
    public static final String RUN_KEY = "run";

    private static volatile Optional<RunLog> ofThisProgram = Optional.empty();

    /** From now on lines go there; for the first lines only, since a JVM has one log. */
    public void begin() {
        ofThisProgram = Optional.of(this);
    }

    static Optional<RunLog> ofThisProgram() {
        return ofThisProgram;
    }
}
