// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.result.Result;
import dev.hilda.agent.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * History in a store.
 *
 * @param isOwn whether the store is the dashboard's: a bench has its results before they are published
 */
public record StoredHistory(Store store, boolean isOwn) implements History {
    @Override
    public void keep(Result result) throws IOException {
        if (isOwn && store.document(result.run().runId()).isEmpty()) {
            store.results(false).save(result, List.of());
        }
    }

    @Override
    public Optional<String> document(String runId) {
        return store.document(runId);
    }

    @Override
    public List<String> subjects() {
        return store.subjects();
    }

    @Override
    public List<String> documents(String subject, int limit) {
        return store.documents(subject, limit);
    }
}
