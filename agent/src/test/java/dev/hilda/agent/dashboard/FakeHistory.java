// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.result.Result;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** History in memory. Its disk can be full. */
final class FakeHistory implements History {
    final Map<String, Result> kept = new LinkedHashMap<>();
    boolean isFull;

    @Override
    public void keep(Result result) throws IOException {
        if (isFull) {
            throw new IOException("disk full");
        }
        kept.putIfAbsent(result.run().runId(), result);
    }

    @Override
    public Optional<String> document(String runId) {
        return Optional.ofNullable(kept.get(runId)).map(Result::toJson);
    }

    @Override
    public List<String> subjects() {
        return kept.values().stream().map(Result::subject).distinct().sorted().toList();
    }

    @Override
    public List<String> documents(String subject, int limit) {
        return kept.values().stream()
                .filter(result -> result.subject().equals(subject))
                .limit(limit)
                .map(Result::toJson)
                .toList();
    }
}
