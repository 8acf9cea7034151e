// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;

/**
 * Bits of the least sum of losses that fit the budgets: activations by {@link ActivationSearch}, then weights by
 * {@link WeightSearch}. Exact where what a layer stores beside its weights does not depend on the bits of its result, as for
 * every variant but {@link QuantizationVariant#MIX_PL} and {@link QuantizationVariant#PC_THRESHOLDS}, and where no arena
 * exceeds what single nodes need.
 */
public final class SensitivityAssignment {
    private static final int MOST_BITS = 8;

    private SensitivityAssignment() {}

    /**
     * Deterministic. Empty where nothing fits.
     *
     * @param fixed bits that the user fixes
     */
    public static Optional<BitAssignment> assign(
            Graph canonical, Budget budget, QuantizationVariant variant, Overrides fixed, Sensitivities sensitivities) {
        return Stream.<ToIntBiFunction<ActivationBits, String>>of(ActivationBits::bits, ActivationBits::leastBits)
                .map(widths -> MemoryDrivenAssignment.count(canonical, budget, fixed, widths))
                .flatMap(count -> assign(canonical, budget, variant, fixed, sensitivities, count).stream())
                .findFirst();
    }

    private static Optional<BitAssignment> assign(
            Graph canonical,
            Budget budget,
            QuantizationVariant variant,
            Overrides fixed,
            Sensitivities sensitivities,
            ActivationCount count) {
        ActivationSearch search = new ActivationSearch(canonical, count, fixed, sensitivities);
        Optional<Map<String, Integer>> activations = search.best(budget.rwBytes());
        while (activations.isPresent()) {
            Map<String, Integer> widths = activations.get();
            Optional<BitAssignment> found = WeightSearch.best(
                            canonical, variant, budget.roBytes(), fixed, widths, sensitivities)
                    .flatMap(weights -> fitting(canonical, budget, variant, new Overrides(weights, widths)));
            if (found.isPresent() || !count.isArenaBound()) {
                return found;
            }
            // As the rule does: the arena may exceed what any node needs by itself.
            activations = search.best(count.peakBytes(value -> widths.getOrDefault(value, MOST_BITS)) - 1);
        }
        return Optional.empty();
    }

    /** With everything decided, the rule only tells what it takes. */
    static Optional<BitAssignment> fitting(Graph graph, Budget budget, QuantizationVariant variant, Overrides decided) {
        try {
            return Optional.of(MemoryDrivenAssignment.assign(graph, budget, variant, decided));
        } catch (BudgetException doesNotFit) {
            return Optional.empty();
        }
    }

    /**
     * The assignments in which the weights of one node have more bits and, to make room, those of another fewer; the least
     * sum of losses first.
     *
     * @param most that are wanted
     */
    public static List<BitAssignment> swaps(
            Graph canonical,
            Budget budget,
            QuantizationVariant variant,
            Overrides fixed,
            BitAssignment bits,
            Sensitivities sensitivities,
            int most) {
        Overrides decided = Overrides.of(canonical, bits);
        return WeightSearch.swaps(canonical, variant, budget.roBytes(), fixed, bits, sensitivities).stream()
                .limit(most)
                .flatMap(weights -> fitting(canonical, budget, variant, decided.withWeights(weights)).stream())
                .toList();
    }
}
