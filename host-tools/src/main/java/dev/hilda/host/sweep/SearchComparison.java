// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.agent.verdict.Holm;
import dev.hilda.agent.verdict.McNemar;
import dev.hilda.host.quantize.bits.BitSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Bits that a search found against the rule's: the same variant, budget and treatment, image by image.
 *
 * @param hasOtherBits whether the search found any other
 * @param divergence of the search's network from its 8-bit self minus the rule's, mean over images, in nats
 * @param lost images that the rule's network alone gets right
 * @param won images that the search's network alone gets right
 * @param probability of so uneven a split by chance, by McNemar's exact test
 * @param corrected the same for as many tests as the table has comparisons of other bits, by Holm's method
 */
public record SearchComparison(
        SweepRow rule,
        SweepRow search,
        boolean hasOtherBits,
        Share divergence,
        int lost,
        int won,
        double probability,
        double corrected) {
    /** Of all pairs in a table. */
    static List<SearchComparison> of(List<SweepRow> rows) {
        List<SearchComparison> pairs = new ArrayList<>();
        for (SweepRow row : rows) {
            partner(rows, row).ifPresent(rule -> pairs.add(compared(rule, row)));
        }
        List<SearchComparison> tested =
                pairs.stream().filter(SearchComparison::hasOtherBits).toList();
        double[] corrected = Holm.corrected(
                tested.stream().mapToDouble(SearchComparison::probability).toArray());
        return pairs.stream()
                .map(pair -> pair.hasOtherBits ? pair.with(corrected[tested.indexOf(pair)]) : pair)
                .toList();
    }

    /** The rule's row beside one of a search. */
    private static Optional<SweepRow> partner(List<SweepRow> rows, SweepRow search) {
        String ofRule = BitSearch.MEMORY_DRIVEN.label();
        return search.budgeted()
                .filter(given -> !given.search().equals(ofRule))
                .flatMap(given -> rows.stream()
                        .filter(row -> row.variant().equals(search.variant())
                                && row.treatment().equals(search.treatment())
                                && row.budgeted()
                                        .filter(other -> other.search().equals(ofRule)
                                                && other.budget().equals(given.budget()))
                                        .isPresent())
                        .findFirst());
    }

    private static SearchComparison compared(SweepRow rule, SweepRow search) {
        SweepRow.Budgeted of = search.budgeted().orElseThrow();
        SweepRow.Budgeted against = rule.budgeted().orElseThrow();
        int lost = alone(rule, search);
        int won = alone(search, rule);
        double probability = McNemar.probability(lost, won);
        Share divergence = PairedTests.meanDifference(IntStream.range(0, search.images())
                .mapToObj(image ->
                        of.divergences().get(image) - against.divergences().get(image))
                .toList());
        return new SearchComparison(
                rule, search, !of.hasBitsOf(against), divergence, lost, won, probability, probability);
    }

    private static int alone(SweepRow one, SweepRow other) {
        return (int) IntStream.range(0, one.images())
                .filter(image -> one.right().charAt(image) > other.right().charAt(image))
                .count();
    }

    private SearchComparison with(double value) {
        return new SearchComparison(rule, search, hasOtherBits, divergence, lost, won, probability, value);
    }
}
