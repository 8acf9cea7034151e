// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.night.NightOrder;
import dev.hilda.agent.store.Night;
import java.util.List;
import java.util.Optional;

/** Where nights are asked for. */
public interface NightDesk {
    /**
     * A suite of this bench.
     *
     * @param schedule when it runs by itself
     * @param next the next time of that, ISO 8601
     */
    record SuiteView(String suite, Optional<String> schedule, Optional<String> next) {}

    /** The suites of this bench's configuration. */
    List<SuiteView> suites();

    /**
     * Plans a night of a suite of this bench, now.
     *
     * @param startedBy a name as of a job's order
     * @return empty where there is no such suite
     */
    Optional<Night> start(String suite, String startedBy) throws InterruptedException;

    /**
     * Plans a night of somebody else's suite.
     *
     * @throws IllegalArgumentException when the store lacks a bundle or a data set
     */
    Night start(NightOrder order, String startedBy);

    Optional<Night> find(String id);

    /** The newest first, of one suite or of all. */
    List<Night> list(Optional<String> suite, int limit);

    /** How many of its items have ended. */
    Night.Progress progress(String id);
}
