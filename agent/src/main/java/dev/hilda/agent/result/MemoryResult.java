// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * Memory in use, as painting it shows.
 *
 * @param ramPeakBytes arena and stack together at their peaks
 * @param arenaBytes there for activations
 * @param arenaPeakBytes of them in use
 * @param stackBytes there for the stack
 * @param stackPeakBytes of them in use
 */
public record MemoryResult(
        long ramPeakBytes, long arenaBytes, long arenaPeakBytes, long stackBytes, long stackPeakBytes) {
    public static MemoryResult of(long arenaBytes, long arenaPeakBytes, long stackBytes, long stackPeakBytes) {
        return new MemoryResult(
                arenaPeakBytes + stackPeakBytes, arenaBytes, arenaPeakBytes, stackBytes, stackPeakBytes);
    }
}
