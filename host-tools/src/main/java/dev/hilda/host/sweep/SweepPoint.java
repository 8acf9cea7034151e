// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import java.util.ArrayList;
import java.util.List;

/**
 * A row that is to be computed.
 *
 * @param variants one, or those that make the same network of this graph; the first of them is computed and counted
 */
record SweepPoint(List<QuantizationVariant> variants, BitGoal goal, Treatment treatment) {
    SweepPoint {
        variants = List.copyOf(variants);
    }

    /**
     * Of each variant for each of the goals. Where no layer has a normalization of its own left, PL_FB and PL_ICN make the same
     * codes and are one.
     */
    static List<SweepPoint> of(
            Graph graph, List<QuantizationVariant> variants, List<BitGoal> goals, List<Treatment> treatments) {
        boolean isOne = !hasNormalization(graph)
                && variants.contains(QuantizationVariant.PL_FB)
                && variants.contains(QuantizationVariant.PL_ICN);
        List<SweepPoint> points = new ArrayList<>();
        for (QuantizationVariant variant : variants) {
            if (isOne && variant == QuantizationVariant.PL_ICN) {
                continue;
            }
            List<QuantizationVariant> alike = isOne && variant == QuantizationVariant.PL_FB
                    ? List.of(QuantizationVariant.PL_FB, QuantizationVariant.PL_ICN)
                    : List.of(variant);
            for (BitGoal each : goals) {
                treatments.forEach(treatment -> points.add(new SweepPoint(alike, each, treatment)));
            }
        }
        return points;
    }

    static boolean hasNormalization(Graph graph) {
        return graph.nodes().stream()
                .flatMap(node -> node.operator().weighted().stream())
                .map(Operator.Weighted::normalization)
                .anyMatch(normalization -> normalization.isPresent());
    }

    QuantizationVariant variant() {
        return variants.get(0);
    }

    /** As tables say it. */
    String variantLabel() {
        return String.join(
                " = ", variants.stream().map(QuantizationVariant::name).toList());
    }
}
