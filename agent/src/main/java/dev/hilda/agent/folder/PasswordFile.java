// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file whose first line is a password. */
public record PasswordFile(Path path) {
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    /**
     * The password.
     *
     * @throws IllegalArgumentException when there is none, with a message that says why
     */
    public String password() {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("expected a regular file, got "
                    + (Files.exists(path) ? "a folder, a pipe or a device" : "nothing of that name") + ": " + path);
        }
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            String first = lines.readLine();
            if (first == null || first.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected the password as the first line, got an empty one: " + path);
            }
            return first;
        } catch (IOException e) {
            throw new IllegalArgumentException("expected a text file that you may read, got " + e, e);
        }
    }

    /** Whether other users of this machine may read it. */
    public boolean isOpenToOthers() {
        try {
            return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
        } catch (IOException e) {
            return false; // Reading the file says what is wrong.
        }
    }
}
