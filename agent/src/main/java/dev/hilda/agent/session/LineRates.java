// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.util.OptionalInt;

/**
 * How fast a session's line may become.
 *
 * @param wanted the one rate to use, in baud; empty: as fast as the line carries, where that is worth while
 * @param memory of earlier sessions with this ST-Link
 */
public record LineRates(OptionalInt wanted, RateMemory memory) {
    /** As fast as the line carries; nothing is remembered. */
    public static final LineRates FASTEST = new LineRates(OptionalInt.empty(), RateMemory.NONE);
}
