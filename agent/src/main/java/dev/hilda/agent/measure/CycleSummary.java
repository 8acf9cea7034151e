// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/** A {@link CycleDistribution} in five numbers, percentiles by nearest rank. */
public record CycleSummary(long minCycles, long p50Cycles, long p95Cycles, long p99Cycles, long maxCycles) {}
