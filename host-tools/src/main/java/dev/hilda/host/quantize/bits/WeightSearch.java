// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A multiple-choice knapsack: one width for each node's weights, of the least sum of losses whose bytes fit. Node after node
 * it keeps the choices that no other beats in both bytes and loss.
 */
final class WeightSearch {
    private static final int[] WIDTHS = {8, 4, 2};

    private WeightSearch() {}

    /** The choices for the nodes so far. */
    private record Choice(
            long bytes, double loss, int width, @Nullable Choice before) {}

    /** @param activations bits by value, which the parameters of some variants depend on */
    static Optional<Map<String, Integer>> best(
            Graph graph,
            QuantizationVariant variant,
            long roBytes,
            Overrides fixed,
            Map<String, Integer> activations,
            Sensitivities sensitivities) {
        WeightBytes sizes = WeightBytes.of(graph, variant);
        List<Choice> front = List.of(new Choice(0, 0, 0, null));
        for (int index = 0; index < sizes.nodes().size(); index++) {
            String node = sizes.nodes().get(index).name();
            int outputBits = activations.getOrDefault(sizes.nodes().get(index).output(), WIDTHS[0]);
            List<Choice> grown = new ArrayList<>();
            for (int width : fixed.weights().containsKey(node)
                    ? new int[] {fixed.weights().get(node)}
                    : WIDTHS) {
                long bytes = sizes.bytes(index, width, outputBits);
                double loss = fixed.weights().containsKey(node) ? 0 : sensitivities.ofWeights(node, width);
                front.forEach(before -> grown.add(new Choice(before.bytes + bytes, before.loss + loss, width, before)));
            }
            front = unbeaten(grown, roBytes);
        }
        return front.stream().min(Comparator.comparingDouble(Choice::loss)).map(best -> byNode(sizes, best));
    }

    private static List<Choice> unbeaten(List<Choice> choices, long mostBytes) {
        choices.sort(Comparator.comparingLong(Choice::bytes).thenComparingDouble(Choice::loss));
        List<Choice> front = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (Choice choice : choices) {
            if (choice.bytes <= mostBytes && choice.loss < least) {
                least = choice.loss;
                front.add(choice);
            }
        }
        return front;
    }

    private static Map<String, Integer> byNode(WeightBytes sizes, Choice last) {
        Map<String, Integer> bits = new LinkedHashMap<>();
        Choice choice = last;
        for (int index = sizes.nodes().size() - 1; index >= 0; index--) {
            bits.put(sizes.nodes().get(index).name(), choice.width);
            choice = Objects.requireNonNull(choice.before);
        }
        return bits;
    }

    /** Weights with one node at the next more bits and the other that loses least at the next fewer. */
    private record Swap(Map<String, Integer> weights, double loss) {}

    static List<Map<String, Integer>> swaps(
            Graph graph,
            QuantizationVariant variant,
            long roBytes,
            Overrides fixed,
            BitAssignment bits,
            Sensitivities sensitivities) {
        List<String> free = new ArrayList<>(bits.weightBits().keySet());
        free.removeAll(fixed.weights().keySet());
        List<Swap> swaps = new ArrayList<>();
        for (String raised : free) {
            free.stream()
                    .filter(lowered -> !lowered.equals(raised))
                    .flatMap(lowered -> swapped(bits.weightBits(), raised, lowered).stream())
                    .filter(weights -> bytes(graph, variant, bits, weights) <= roBytes)
                    .map(weights -> new Swap(weights, loss(weights, sensitivities, fixed)))
                    .min(Comparator.comparingDouble(Swap::loss))
                    .ifPresent(swaps::add);
        }
        swaps.sort(Comparator.comparingDouble(Swap::loss));
        return swaps.stream().map(Swap::weights).toList();
    }

    private static Optional<Map<String, Integer>> swapped(Map<String, Integer> bits, String raised, String lowered) {
        Map<String, Integer> weights = new LinkedHashMap<>(bits);
        weights.merge(raised, 2, Math::multiplyExact);
        weights.merge(lowered, 2, (width, half) -> width / half);
        boolean isPossible = weights.values().stream().allMatch(width -> width >= 2 && width <= WIDTHS[0]);
        return isPossible ? Optional.of(weights) : Optional.empty();
    }

    private static long bytes(
            Graph graph, QuantizationVariant variant, BitAssignment bits, Map<String, Integer> weights) {
        WeightBytes sizes = WeightBytes.of(graph, variant);
        long sum = 0;
        for (int index = 0; index < sizes.nodes().size(); index++) {
            int outputBits = Math.min(
                    WIDTHS[0],
                    bits.activationBits().getOrDefault(sizes.nodes().get(index).output(), WIDTHS[0]));
            sum += sizes.bytes(
                    index,
                    Objects.requireNonNull(weights.get(sizes.nodes().get(index).name())),
                    outputBits);
        }
        return sum;
    }

    private static double loss(Map<String, Integer> weights, Sensitivities sensitivities, Overrides fixed) {
        return weights.entrySet().stream()
                .filter(entry -> !fixed.weights().containsKey(entry.getKey()))
                .mapToDouble(entry -> sensitivities.ofWeights(entry.getKey(), entry.getValue()))
                .sum();
    }
}
