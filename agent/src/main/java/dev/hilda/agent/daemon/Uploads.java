// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.http.ApiRefusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that come in. */
final class Uploads {
    private static final int BUFFER_BYTES = 1 << 16;

    private Uploads() {}

    /**
     * Writes what comes in to a file.
     *
     * @return how many bytes
     * @throws ApiRefusal when it is more than {@code mostBytes}
     */
    static long copy(InputStream from, Path file, long mostBytes) throws IOException {
        long copied = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (OutputStream to = Files.newOutputStream(file)) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                copied += read;
                if (copied > mostBytes) {
                    throw ApiRefusal.of(
                            ApiRefusal.TOO_LARGE,
                            "keep what was sent",
                            "at most " + mostBytes + " bytes",
                            "more",
                            "upload_bytes in the agent's configuration allows more");
                }
                to.write(buffer, 0, read);
            }
        }
        return copied;
    }
}
