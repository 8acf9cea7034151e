// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.time.Duration;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param passed every step was done and every figure is right
 * @param complete it came to its end, whatever its figures: every image was answered, every byte echoed
 * @param failureKind why it did not pass: label of a kind, {@code interrupted} or {@code internal}
 * @param failure the same in words
 * @param runHostMs of the whole run, by the host's clock
 */
public record Outcome(
        boolean passed, boolean complete, Optional<String> failureKind, Optional<String> failure, long runHostMs) {
    public static Outcome passed(Duration duration) {
        return new Outcome(true, true, Optional.empty(), Optional.empty(), duration.toMillis());
    }

    public static Outcome failed(boolean complete, String kind, String failure, Duration duration) {
        return new Outcome(false, complete, Optional.of(kind), Optional.of(failure), duration.toMillis());
    }
}
