// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.measure.EstimateError;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.result.EstimateResult;
import dev.hilda.agent.result.EstimateResult.Limit;
import java.util.List;
import java.util.Optional;

/** What a virtual board counted, for each inference. */
final class EstimateFindings {
    /** A multiply in nearly every cycle. */
    private static final double MULTIPLY_BOUND_SHARE = 0.8;

    private EstimateFindings() {}

    /** Empty where there are no counters of every layer, or cycles are but instructions. */
    static Optional<EstimateResult> of(CoreCounters counters, IntegerNetwork network, long inferences) {
        if (inferences == 0
                || !counters.isModelled()
                || counters.layers().size() != network.layers().size()) {
            return Optional.empty();
        }
        List<EstimateResult.Layer> layers = counters.layers().stream()
                .map(layer -> layer(layer, network.layers().get(layer.number()).name(), inferences))
                .toList();
        long cycles = layers.stream().mapToLong(EstimateResult.Layer::cycles).sum();
        long before = layers.stream()
                .mapToLong(EstimateResult.Layer::cyclesBeforeMisses)
                .sum();
        long stalls = cycles - before;
        EstimateError error = layers.stream().allMatch(EstimateResult.Layer::validated)
                ? EstimateError.VALIDATED
                : EstimateError.UNVALIDATED;
        return Optional.of(new EstimateResult(
                counters.timing(),
                before,
                before + stalls / 2,
                before + 2 * stalls,
                error.lowPercent(),
                error.highPercent(),
                layers));
    }

    private static EstimateResult.Layer layer(CoreCounters.Layer sums, String name, long inferences) {
        long before = sums.cycles() - sums.stallCycles().sum();
        boolean validated = EstimateError.isValidated(sums.instructions(), before);
        return new EstimateResult.Layer(
                name,
                mean(sums.cycles(), inferences),
                mean(before, inferences),
                mean(sums.instructions(), inferences),
                mean(sums.multiplies(), inferences),
                mean(sums.mispredictions(), inferences),
                mean(sums.instructionLines(), inferences),
                mean(sums.dataLines().flash(), inferences),
                mean(sums.dataLines().sram(), inferences),
                validated,
                limit(sums, before));
    }

    private static Limit limit(CoreCounters.Layer sums, long before) {
        long flash = sums.stallCycles().flash();
        long sram = sums.stallCycles().sram();
        if (before >= flash && before >= sram) {
            return sums.multiplies() >= MULTIPLY_BOUND_SHARE * before ? Limit.MULTIPLY : Limit.ISSUE;
        }
        return flash >= sram ? Limit.FLASH : Limit.AXI;
    }

    private static long mean(long sum, long inferences) {
        return Math.round((double) sum / inferences);
    }
}
