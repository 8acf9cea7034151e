// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

/**
 * What a network's activations take of RAM.
 *
 * @param aliveBytes the most that is alive at one layer: what an arena would take if nothing overlapped and nothing was fused
 * @param scratchBytes what kernels work in, beside the arena
 */
public record RamUse(long aliveBytes, NetworkPlan plan, long scratchBytes) {
    /** What the planned arena takes. */
    public long arenaBytes() {
        return plan.arena().arenaBytes();
    }
}
