// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * The board's core clock by the host's, of measured timing.
 *
 * @param coreClockByHostHz cycles the board counted, by the host's clock
 * @param coreClockByHostUncertaintyHz how far off that may be, either way
 * @param coreClockByHostMs how long was compared
 */
public record ClockResult(long coreClockByHostHz, long coreClockByHostUncertaintyHz, long coreClockByHostMs) {}
