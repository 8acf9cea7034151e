// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.util.Map;

/** On SQLite. */
class JobsTest extends JobsContract {
    @Override
    protected Store open() {
        return Store.open(
                folder.resolve("state/hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
    }
}
