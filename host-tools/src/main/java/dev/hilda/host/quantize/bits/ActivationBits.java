// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Widths of activations while they are being cut. The y side of a node is the group of its output; the x side the other
 * groups alive at it, of which the one with most bits, then most bytes, is cut.
 */
final class ActivationBits {
    private static final int MOST = 8;
    private static final int LEAST = 2;

    private final Graph graph;
    private final ActivationCount count;
    private final TiedValues tied;
    private final Map<String, Integer> bits = new LinkedHashMap<>();
    private final Set<String> fixed = new HashSet<>();
    private final List<Cut> cuts = new ArrayList<>();

    ActivationBits(Graph graph, ActivationCount count, Overrides overrides) {
        this.graph = graph;
        this.count = count;
        this.tied = new TiedValues(graph);
        graph.values().forEach(value -> bits.putIfAbsent(tied.group(value), MOST));
        fix(overrides.valueBits(graph));
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

    /** Cuts until no node needs more than the budget; false when a node does and nothing is left to cut. */
    boolean cutToFit(long rwBytes) {
        if (leastPeakBytes() > rwBytes) {
            return false;
        }
        int last = graph.nodes().size() - 1;
        while (true) {
            int before = cuts.size();
            boolean resolved = true;
            for (int step = 0; step <= last; step++) {
                resolved &= cutSide(step, rwBytes, true);
            }
            if (resolved) {
                return true;
            }
            resolved = true;
            for (int step = last; step >= 0; step--) {
                resolved &= cutSide(step, rwBytes, false);
            }
            if (resolved || cuts.size() == before) {
                return resolved;
            }
        }
    }

    /** While the node violates and the pick is the wanted side, cuts it; whether the node fits at the end. */
    private boolean cutSide(int step, long rwBytes, boolean wantsOutput) {
        String output = tied.group(graph.nodes().get(step).output());
        while (nodeBits(step, this::bits) > 8 * rwBytes) {
            Optional<String> picked = pick(step, output);
            boolean isOutput = picked.filter(output::equals).isPresent();
            boolean onlyOneSide = otherGroups(step, output).isEmpty();
            if (picked.isEmpty() || (isOutput != wantsOutput && !(onlyOneSide && isOutput))) {
                return false;
            }
            cut(picked.get());
        }
        return true;
    }

    /** Of what can be cut. Where a result overlaps what it is made of, a cut of one may leave what the other needs. */
    private Optional<String> pick(int step, String output) {
        List<String> groups = Stream.concat(Stream.of(output), otherGroups(step, output).stream())
                .filter(this::canBeCut)
                .toList();
        List<String> helpful =
                groups.stream().filter(group -> isHelpful(step, group)).toList();
        return (helpful.isEmpty() ? groups : helpful)
                .stream()
                        .max(Comparator.comparing(this::bitsOf)
                                .thenComparing(group -> bitsAlive(step, group))
                                .thenComparing(group -> group.equals(output)));
    }

    private boolean isHelpful(int step, String group) {
        long needed = nodeBits(step, value -> tied.group(value).equals(group) ? bitsOf(group) / 2 : bits(value));
        return needed < nodeBits(step, this::bits);
    }

    private List<String> otherGroups(int step, String output) {
        return count.alive(step).stream()
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
        return count.alive(step).stream()
                .filter(value -> tied.group(value).equals(group))
                .mapToLong(value -> count.valueBits(value, bitsOf(group)))
                .sum();
    }

    private long nodeBits(int step, ToIntFunction<String> widths) {
        return count.nodeBits(step, widths);
    }

    /** With everything cut that can be. */
    int leastBits(String value) {
        String group = tied.group(value);
        return canBeCut(group) ? LEAST : bitsOf(group);
    }

    private static long bytes(long bits) {
        return (bits + 7) / 8;
    }

    /** The most that a node needs. */
    long peakBytes() {
        return bytes(nodeBits(peakStep(this::bits), this::bits));
    }

    /** The first of those that need most. */
    Node peakNode() {
        return graph.nodes().get(peakStep(this::bits));
    }

    /** The peak with everything that can be cut at its least. */
    long leastPeakBytes() {
        return bytes(nodeBits(peakStep(this::leastBits), this::leastBits));
    }

    Node leastPeakNode() {
        return graph.nodes().get(peakStep(this::leastBits));
    }

    private int peakStep(ToIntFunction<String> widths) {
        int peak = 0;
        long most = 0;
        for (int step = 0; step < graph.nodes().size(); step++) {
            long needed = nodeBits(step, widths);
            if (needed > most) {
                peak = step;
                most = needed;
            }
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

    ActivationCount count() {
        return count;
    }

    List<Cut> cuts() {
        return List.copyOf(cuts);
    }
}
