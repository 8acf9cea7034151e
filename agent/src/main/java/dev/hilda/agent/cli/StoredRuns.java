// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.store.Store;
import java.util.List;

/** Runs as users name them: by the beginning of their ids. */
final class StoredRuns {
    private static final int SHORT_ID = 8;

    private StoredRuns() {}

    /**
     * The id of the one run that begins so.
     *
     * @param attempt what the run is wanted for
     */
    static String id(Store store, String beginning, String attempt) {
        List<String> found = store.ids(beginning);
        if (found.size() == 1) {
            return found.get(0);
        }
        throw BenchFailure.of(FailureKind.STORE, attempt + " " + beginning)
                .expected("the id of one run, or its beginning")
                .actual(found.isEmpty() ? "no such run" : "several: " + String.join(", ", found))
                .remedy("hilda runs lists them")
                .failure();
    }

    /** The beginning that lists show. */
    static String shown(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }
}
