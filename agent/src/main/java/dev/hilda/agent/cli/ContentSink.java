// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.http.ApiClient;
import java.io.IOException;
import java.nio.file.Path;

/** Where bundles and packed data sets go before jobs name them. */
@FunctionalInterface
interface ContentSink {
    /**
     * Takes a file, unless it is there already.
     *
     * @return its SHA-256
     */
    String put(Path file) throws IOException, InterruptedException;

    /** An agent's; what it has already is not sent. */
    static ContentSink of(ApiClient client) {
        return file -> {
            String sha256 = Sha256.of(file);
            String path = "/v1/content/" + sha256;
            if (!client.get(path).path("present").booleanValue()) {
                client.put(path, file);
            }
            return sha256;
        };
    }
}
