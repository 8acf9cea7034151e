// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a store is: one file of this host's, or a PostgreSQL server that several hosts share.
 *
 * @param file the SQLite file; empty for a server
 */
public record StoreAddress(Optional<Path> file, Optional<ServerAddress> server) {
    public static StoreAddress of(Path file) {
        return new StoreAddress(Optional.of(file), Optional.empty());
    }

    public static StoreAddress of(ServerAddress server) {
        return new StoreAddress(Optional.empty(), Optional.of(server));
    }

    /** For people; holds no secret. */
    @Override
    public String toString() {
        return file.map(Path::toString)
                .or(() -> server.map(ServerAddress::toString))
                .orElseThrow();
    }
}
