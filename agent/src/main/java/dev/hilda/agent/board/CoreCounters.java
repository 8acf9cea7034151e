// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.util.List;

/**
 * What a virtual board counted while each layer ran, in all inferences together.
 *
 * @param timing the cycle model and its version, or {@code instructions}
 * @param layers those that ran, by their number
 */
public record CoreCounters(String timing, List<Layer> layers) {
    public CoreCounters {
        layers = List.copyOf(layers);
    }

    /** A board that was told to count instructions: its cycles say nothing of silicon. */
    private static final String INSTRUCTIONS = "instructions";

    /** Whether cycles are a model's. */
    public boolean isModelled() {
        return !timing.equals(INSTRUCTIONS);
    }

    /**
     * Sums of one layer.
     *
     * @param number in the order the layers run, from 0
     * @param multiplies instructions that multiply
     * @param mispredictions of branches
     * @param instructionLines that the instruction cache missed
     * @param dataLines that the data cache missed, by memory, as the stalls
     * @param stallCycles in which the core waited for memory, instructions and data together
     */
    public record Layer(
            int number,
            long cycles,
            long instructions,
            long multiplies,
            long mispredictions,
            long instructionLines,
            ByMemory dataLines,
            ByMemory stallCycles) {}

    /**
     * A figure for each kind of memory behind the caches.
     *
     * @param sram AXI SRAM and all others
     */
    public record ByMemory(long flash, long sram) {
        public long sum() {
            return flash + sram;
        }
    }
}
