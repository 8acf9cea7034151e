// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.result.Result;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Results of earlier, by their runs' ids. */
public interface History {
    /** Keeps a result, unless it is there already. */
    void keep(Result result) throws IOException;

    /** The document of a run. */
    Optional<String> document(String runId);

    /** What ran. */
    List<String> subjects();

    /** The documents of a subject's complete runs, the newest first. */
    List<String> documents(String subject, int limit);
}
