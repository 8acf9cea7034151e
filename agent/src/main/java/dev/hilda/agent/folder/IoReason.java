// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Why a file or folder cannot be used, in words: the JDK's exceptions often say its name only. */
public final class IoReason {
    private IoReason() {}

    /** For messages. */
    public static String of(IOException failure) {
        if (failure instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        if (failure instanceof NoSuchFileException absent) {
            return "no such file or folder: " + absent.getFile();
        }
        if (failure instanceof FileSystemException of && of.getReason() != null) {
            return of.getReason() + ": " + of.getFile();
        }
        return Optional.ofNullable(failure.getMessage())
                .orElse(failure.getClass().getSimpleName());
    }
}
