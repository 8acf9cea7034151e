// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

/**
 * What a network's activations take of RAM.
 *
 * @param aliveBytes the most that is alive at one layer: what an arena would take if nothing overlapped
 * @param arenaBytes what the planned arena takes
 * @param scratchBytes what kernels work in, beside the arena
 */
public record RamUse(long aliveBytes, long arenaBytes, long scratchBytes) {
    /** Of what is to be placed. */
    public static RamUse of(ArenaDemand demand, long scratchBytes) {
        return new RamUse(demand.aliveBytes(), ArenaPlanner.plan(demand).arenaBytes(), scratchBytes);
    }
}
