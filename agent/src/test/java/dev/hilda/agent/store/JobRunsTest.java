// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.nio.file.Path;
import java.util.Map;

/** On SQLite. */
class JobRunsTest extends JobRunsContract {
    @Override
    protected Store open() {
        return Store.open(file(), "hilda 9.8.7", environment(), remark -> {});
    }

    @Override
    protected Database database() {
        return Database.open(file(), environment());
    }

    private Path file() {
        return folder.resolve("state/hilda.db");
    }

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }
}
