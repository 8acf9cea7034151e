package dev.hilda.agent.discovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where running programs of one user register themselves. */
final class RuntimeFolder {
    private RuntimeFolder() {}

    static Path ofThisUser() {
        return of(System.getenv());
    }

    /** {@code $XDG_RUNTIME_DIR/hilda}; {@code /tmp/hilda-UID} where that is unset or empty. */
    static Path of(Map<String, String> environment) {
        String folder = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return folder.isEmpty() ? Path.of("/tmp", "hilda-" + userId()) : Path.of(folder, "hilda");
    }

    private static int userId() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("the user id of this process", e);
        }
    }
}
