// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process for good, where its id alone is used again.
 *
 * @param pid decimal
 * @param start in clock ticks since the machine's start, decimal
 */
record ProcessIdentity(String pid, String start) {
    /** Field 22 of proc(5)'s stat; counted behind the name, which may contain anything and ends at the last parenthesis. */
    private static final int START_FIELD = 19;

    static Optional<ProcessIdentity> ofThisJvm() {
        return of(String.valueOf(ProcessHandle.current().pid()));
    }

    /** Empty where no process has that id. */
    static Optional<ProcessIdentity> of(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(new ProcessIdentity(pid, fields[START_FIELD]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    boolean runs() {
        return of(pid).equals(Optional.of(this));
    }
}
