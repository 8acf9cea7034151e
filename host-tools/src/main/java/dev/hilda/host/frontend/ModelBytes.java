// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes of a model's file. */
public final class ModelBytes {
    /** Far above what fits a microcontroller; bounds the memory that a file can ask for. */
    private static final int MAX_FILE_BYTES = 128 << 20;

    private ModelBytes() {}

    /**
     * All of a file's.
     *
     * @throws ModelException when it cannot be read, or is larger than any model for a microcontroller
     */
    public static byte[] of(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // Opening a pipe that nobody writes to would wait for ever.
            throw new ModelException(
                    path, "", "a readable file", "a folder, a pipe or a device", "name the model's file");
        }
        // The size that a file system states is no bound: a device has none.
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new ModelException(
                        path,
                        "",
                        "a file of at most " + MAX_FILE_BYTES + " bytes",
                        "more",
                        "choose a network that fits a microcontroller");
            }
            return bytes;
        } catch (IOException unreadable) {
            String reason = unreadable instanceof NoSuchFileException
                    ? "no such file"
                    : unreadable instanceof AccessDeniedException
                            ? "no right to read it"
                            : String.valueOf(unreadable.getMessage());
            throw new ModelException(path, "", "a readable file", reason, "check the path and its permissions");
        }
    }
}
