// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.memory.Lifetime;
import dev.hilda.host.memory.Liveness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongBiFunction;

/**
 * Widths of activations while they are being cut. The y side of a node is the group of its output; the x side the other
 * groups alive at it, of which the one with most bits, then most bytes, is cut.
 */
final class ActivationBits {
    private static final int MOST = 8;
    private static final int LEAST = 2;

    private final Graph graph;
    private final ToLongBiFunction<String, Integer> sizeBits;
    private final TiedValues tied;
    private final Map<String, Integer> bits = new LinkedHashMap<>();
    private final Set<String> fixed = new HashSet<>();
    private final List<List<String>> alive = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();

    /** @param sizeBits what a value takes at a width, in bits of memory */
    ActivationBits(Graph graph, ToLongBiFunction<String, Integer> sizeBits, Overrides overrides) {
        this.graph = graph;
        this.sizeBits = sizeBits;
        this.tied = new TiedValues(graph);
        graph.values().forEach(value -> bits.putIfAbsent(tied.group(value), MOST));
        fix(overrides.valueBits(graph));
        Map<String, Lifetime> lifetimes = Liveness.of(graph, value -> 1);
        for (int step = 0; step < graph.nodes().size(); step++) {
            int at = step;
            alive.add(lifetimes.entrySet().stream()
                    .filter(entry -> entry.getValue().firstStep() <= at
                            && at <= entry.getValue().lastStep())
                    .map(Map.Entry::getKey)
                    .toList());
        }
    }

    private void fix(Map<String, Integer> overrides) {
        overrides.forEach((value, given) -> {
            String group = tied.group(value);
            if (tied.isUncut(group) && given != MOST) {
                throw new BudgetException("override of " + value
                        + ": network input, logits and what is tied to them keep " + MOST + " bits, got " + given);
            }
            if (fixed.contains(group) && bitsOf(group) != given) {
                String other = tied.memberOf(group, overrides.keySet()).orElse(group);
                throw new BudgetException("overrides of " + other + " and " + value
                        + ": the network ties them to one width, got " + bitsOf(group) + " and " + given + " bits");
            }
            fixed.add(group);
            bits.put(group, given);
        });
    }

    /** Cuts until no node needs more than the budget; false when a node does at its least. */
    boolean cutToFit(long rwBytes) {
        if (leastPeakBytes() > rwBytes) {
            return false;
        }
        int last = alive.size() - 1;
        boolean resolved = false;
        while (!resolved) {
            resolved = true;
            for (int step = 0; step <= last; step++) {
                resolved &= cutSide(step, rwBytes, true);
            }
            if (!resolved) {
                resolved = true;
                for (int step = last; step >= 0; step--) {
                    resolved &= cutSide(step, rwBytes, false);
                }
            }
        }
        return true;
    }

    /** While the node violates and the pick is the wanted side, cuts it; whether the node fits at the end. */
    private boolean cutSide(int step, long rwBytes, boolean wantsOutput) {
        String output = tied.group(graph.nodes().get(step).output());
        while (bitsAlive(step, false) > 8 * rwBytes) {
            String picked = pick(step, output);
            boolean isOutput = picked.equals(output);
            boolean onlyOneSide = otherGroups(step, output).isEmpty();
            if (isOutput != wantsOutput && !(onlyOneSide && isOutput)) {
                return false;
            }
            cut(picked);
        }
        return true;
    }

    private String pick(int step, String output) {
        Optional<String> other = otherGroups(step, output).stream()
                .filter(this::canBeCut)
                .max(Comparator.comparing(this::bitsOf).thenComparing(group -> bitsAlive(step, group)));
        if (other.isEmpty() || !canBeCut(output)) {
            return other.orElse(output);
        }
        int difference = bitsOf(output) - bitsOf(other.get());
        if (difference != 0) {
            return difference > 0 ? output : other.get();
        }
        return bitsAlive(step, output) >= bitsAlive(step, other.get()) ? output : other.get();
    }

    private List<String> otherGroups(int step, String output) {
        return alive.get(step).stream()
                .map(tied::group)
                .filter(group -> !group.equals(output))
                .distinct()
                .toList();
    }

    private boolean canBeCut(String group) {
        return !fixed.contains(group) && !tied.isUncut(group) && bitsOf(group) > LEAST;
    }

    private int bitsOf(String group) {
        return bits.getOrDefault(group, MOST);
    }

    private long bitsAlive(int step, String group) {
        return alive.get(step).stream()
                .filter(value -> tied.group(value).equals(group))
                .mapToLong(value -> sizeBits.applyAsLong(value, bitsOf(group)))
                .sum();
    }

    private long bitsAlive(int step, boolean atLeast) {
        long sum = 0;
        for (String value : alive.get(step)) {
            String group = tied.group(value);
            int width = atLeast && canBeCut(group) ? LEAST : bitsOf(group);
            sum += sizeBits.applyAsLong(value, width);
        }
        return sum;
    }

    private static long bytes(long bits) {
        return (bits + 7) / 8;
    }

    /** Largest sum of bytes alive at a node. */
    long peakBytes() {
        return bytes(bitsAlive(peakStep(), false));
    }

    Node peakNode() {
        return graph.nodes().get(peakStep());
    }

    private int peakStep() {
        int peak = 0;
        for (int step = 1; step < alive.size(); step++) {
            peak = bitsAlive(step, false) > bitsAlive(peak, false) ? step : peak;
        }
        return peak;
    }

    /** The peak with everything that can be cut at its least. */
    long leastPeakBytes() {
        return bytes(bitsAlive(leastPeakStep(), true));
    }

    Node leastPeakNode() {
        return graph.nodes().get(leastPeakStep());
    }

    private int leastPeakStep() {
        int peak = 0;
        for (int step = 1; step < alive.size(); step++) {
            peak = bitsAlive(step, true) > bitsAlive(peak, true) ? step : peak;
        }
        return peak;
    }

    /** Cuts everything that can be cut to its least. */
    void cutAll() {
        for (String group : List.copyOf(bits.keySet())) {
            while (canBeCut(group)) {
                cut(group);
            }
        }
    }

    private void cut(String group) {
        int before = bitsOf(group);
        bits.put(group, before / 2);
        cuts.add(new Cut(Cut.Kind.ACTIVATION, group, before, before / 2));
    }

    int bits(String value) {
        return bitsOf(tied.group(value));
    }

    /** By name of the value, in the order of the graph. */
    Map<String, Integer> byValue() {
        Map<String, Integer> byValue = new LinkedHashMap<>();
        graph.values().forEach(value -> byValue.put(value, bits(value)));
        return byValue;
    }

    List<Cut> cuts() {
        return List.copyOf(cuts);
    }
}
