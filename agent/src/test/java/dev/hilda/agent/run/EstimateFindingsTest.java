// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.CoreCounters.ByMemory;
import dev.hilda.agent.result.EstimateResult;
import dev.hilda.agent.result.EstimateResult.Limit;
import dev.hilda.agent.testing.SmallNetwork;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EstimateFindingsTest {
    private static final CoreCounters.Layer HIDDEN =
            new CoreCounters.Layer(0, 1000, 600, 100, 20, 4, new ByMemory(30, 10), new ByMemory(200, 40));

    @Test
    void shouldTellMeansOfAnInference() {
        CoreCounters.Layer logits =
                new CoreCounters.Layer(1, 300, 400, 180, 6, 2, new ByMemory(8, 2), new ByMemory(80, 20));

        EstimateResult estimate = estimate(2, HIDDEN, logits).orElseThrow();

        assertEquals("model-1", estimate.timingModel());
        assertEquals(380 + 100, estimate.cyclesBeforeMisses());
        assertEquals(480 + 170 / 2, estimate.cyclesHalfPrice());
        assertEquals(480 + 2 * 170, estimate.cyclesDoublePrice());
        assertEquals(0, estimate.estimateLowPercent());
        assertEquals(20, estimate.estimateHighPercent());
        assertEquals(
                List.of(
                        new EstimateResult.Layer("hidden", 500, 380, 300, 50, 10, 2, 15, 5, true, Limit.ISSUE),
                        new EstimateResult.Layer("logits", 150, 100, 200, 90, 3, 1, 4, 1, false, Limit.MULTIPLY)),
                estimate.layerEstimates());
    }

    @Test
    void shouldNameWhatTakesMostTime() {
        assertEquals(Limit.ISSUE, limit(100, 55, 20, 10));
        assertEquals(Limit.MULTIPLY, limit(100, 56, 20, 10));
        assertEquals(Limit.FLASH, limit(100, 10, 60, 30));
        assertEquals(Limit.AXI, limit(100, 10, 30, 60));
    }

    /** All code as sparse as what was compared with silicon: 1.3 instructions a cycle. */
    @Test
    void shouldBeSureOfWhatWasComparedWithSilicon() {
        CoreCounters.Layer sparse =
                new CoreCounters.Layer(1, 100, 130, 0, 0, 0, new ByMemory(0, 0), new ByMemory(0, 0));
        CoreCounters.Layer dense = new CoreCounters.Layer(1, 100, 131, 0, 0, 0, new ByMemory(0, 0), new ByMemory(0, 0));

        assertEquals(-5, estimate(1, HIDDEN, sparse).orElseThrow().estimateLowPercent());
        assertEquals(0, estimate(1, HIDDEN, dense).orElseThrow().estimateLowPercent());
    }

    @Test
    void shouldSayNothingWhereLayersWereNotCounted() {
        assertEquals(Optional.empty(), estimate(1, HIDDEN));
        assertEquals(Optional.empty(), estimate(0, HIDDEN, HIDDEN));
    }

    /** One instruction a cycle would pass for code that was compared with silicon. */
    @Test
    void shouldNotEstimateFromInstructions() {
        CoreCounters counted = new CoreCounters("instructions", List.of(HIDDEN, HIDDEN));
        assertEquals(Optional.empty(), EstimateFindings.of(counted, SmallNetwork.DEPLOYMENT.network(), 1));
    }

    private static Limit limit(long cycles, long multiplies, long flashStalls, long sramStalls) {
        CoreCounters.Layer layer = new CoreCounters.Layer(
                1, cycles, 1, multiplies, 0, 0, new ByMemory(0, 0), new ByMemory(flashStalls, sramStalls));
        return estimate(1, HIDDEN, layer).orElseThrow().layerEstimates().get(1).limit();
    }

    private static Optional<EstimateResult> estimate(long inferences, CoreCounters.Layer... layers) {
        return EstimateFindings.of(
                new CoreCounters("model-1", List.of(layers)), SmallNetwork.DEPLOYMENT.network(), inferences);
    }
}
