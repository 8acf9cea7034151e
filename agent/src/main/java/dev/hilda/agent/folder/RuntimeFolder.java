// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where running programs of one user register themselves. */
public final class RuntimeFolder {
    private RuntimeFolder() {}

    /** {@code $XDG_RUNTIME_DIR/hilda}; {@code /tmp/hilda-UID} where that is unset or empty. */
    public static Path of(Map<String, String> environment) {
        String folder = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return folder.isEmpty() ? Path.of("/tmp", "hilda-" + userId()) : Path.of(folder, "hilda");
    }

    /**
     * Why nothing in a folder may be believed; empty for a good or absent folder. Below {@code /tmp} anybody can make a
     * folder with this user's name on it.
     */
    public static Optional<String> distrust(Path folder) {
        try {
            Ownership found = Ownership.of(folder.toRealPath());
            return found.isOfThisUser() && !found.othersMayWrite()
                    ? Optional.empty()
                    : Optional.of(folder + ": expected a folder that only this user may write, got one of user "
                            + found.owner() + (found.othersMayWrite() ? " that others may write" : "")
                            + "; remove it or set XDG_RUNTIME_DIR");
        } catch (IOException e) {
            return Optional.empty(); // Absent, or unreadable, which the reader reports.
        }
    }

    /** Of the process, as the kernel counts it. */
    public static int userId() {
        return Ownership.thisUser();
    }
}
