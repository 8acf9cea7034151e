// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.suite;

import dev.hilda.agent.night.BoardCount;
import dev.hilda.agent.store.CronTime;
import dev.hilda.agent.verdict.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What runs night for night.
 *
 * @param name as of a job's order
 * @param schedule empty where somebody else starts it
 * @param deadline from its start on; what has not begun by then is missing
 * @param models at least one
 */
public record Suite(String name, Optional<CronTime> schedule, Duration deadline, Policy policy, List<Model> models) {
    public Suite {
        models = List.copyOf(models);
    }

    /**
     * A network on a data set.
     *
     * @param file a bundle
     * @param data a data set's file or folder
     * @param pool the bundle's board where it is empty
     * @param board the serial number of the only one that may run it, in the place of {@code boards}
     * @param limit at most so many images
     */
    public record Model(
            Path file,
            Path data,
            Optional<String> pool,
            BoardCount boards,
            Optional<String> board,
            OptionalInt limit) {}
}
