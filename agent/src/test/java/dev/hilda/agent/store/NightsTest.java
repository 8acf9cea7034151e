// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

/** On SQLite. */
class NightsTest extends NightsContract {
    @Override
    protected StoreAddress address() {
        return StoreAddress.of(folder.resolve("state/hilda.db"));
    }
}
