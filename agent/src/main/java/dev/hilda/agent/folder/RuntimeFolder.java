package dev.hilda.agent.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where running programs of one user register themselves. */
public final class RuntimeFolder {
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

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
            int owner = (Integer) Files.getAttribute(folder, "unix:uid");
            boolean open = Files.getPosixFilePermissions(folder).stream().anyMatch(OTHERS_WRITE::contains);
            return owner == userId() && !open
                    ? Optional.empty()
                    : Optional.of(folder + ": expected a folder that only this user may write, got one of user " + owner
                            + (open ? " that others may write" : "") + "; remove it or set XDG_RUNTIME_DIR");
        } catch (IOException e) {
            return Optional.empty(); // Absent, or unreadable, which the reader reports.
        }
    }

    /** Of the process, as the kernel counts it. */
    public static int userId() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("the user id of this process", e);
        }
    }
}
