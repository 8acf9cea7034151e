// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Bundles and data sets, known by what is in them. */
public interface Contents {
    /**
     * Keeps a file, if it is not kept yet.
     *
     * @return its SHA-256
     * @throws IOException when it is larger than allowed, or changes meanwhile
     */
    String put(Path file) throws IOException;

    boolean has(String sha256);

    /**
     * A file with that content, checked by its hash. The folder keeps what was fetched last, up to a size.
     *
     * @throws IOException when it is not there or damaged
     */
    Path fetch(String sha256, Path cacheFolder) throws IOException;

    /**
     * Removes what no job names that has not ended, and nobody has put or ordered for that long.
     *
     * @return how many
     */
    int prune(Duration unused);
}
