// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/**
 * What a cycle model says of an inference, in the mean over all: fields of one flat JSON object.
 *
 * @param timingModel name and version of the model
 * @param cyclesBeforeMisses without the stalls for memory
 * @param cyclesHalfPrice with stalls half as long, as those are the least certain
 * @param cyclesDoublePrice with stalls twice as long
 * @param estimateLowPercent how far silicon may lie from it, by the error of its kind of code: from here …
 * @param estimateHighPercent … to here
 * @param layerEstimates in the order the layers run
 */
public record EstimateResult(
        String timingModel,
        long cyclesBeforeMisses,
        long cyclesHalfPrice,
        long cyclesDoublePrice,
        int estimateLowPercent,
        int estimateHighPercent,
        List<Layer> layerEstimates) {
    public EstimateResult {
        layerEstimates = List.copyOf(layerEstimates);
    }

    /**
     * One layer.
     *
     * @param cycles with the stalls for memory
     * @param instructionLines that the instruction cache missed
     * @param flashLines that the data cache missed, as {@code sramLines}
     * @param validated whether code of so few instructions a cycle was compared with silicon
     * @param limit what takes most of its time: {@code issue}, {@code multiply}, {@code flash} or {@code axi}
     */
    public record Layer(
            String name,
            long cycles,
            long cyclesBeforeMisses,
            long instructions,
            long multiplies,
            long mispredictions,
            long instructionLines,
            long flashLines,
            long sramLines,
            boolean validated,
            Limit limit) {
        public double instructionsPerCycle() {
            return (double) instructions / Math.max(1, cyclesBeforeMisses);
        }
    }

    /** What a layer's time is spent with. */
    public enum Limit {
        /** Instructions, two a cycle at best. */
        ISSUE,
        /** Multiplies, one a cycle. */
        MULTIPLY,
        /** Lines from flash. */
        FLASH,
        /** Lines from and to SRAM behind the AXI bus. */
        AXI
    }
}
