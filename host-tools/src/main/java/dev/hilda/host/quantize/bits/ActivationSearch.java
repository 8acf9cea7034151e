// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Widths of the groups of activations, of the least sum of losses with which each node fits: a shortest path over the nodes,
 * whose states are the widths of the groups alive.
 */
final class ActivationSearch {
    private static final List<Integer> WIDTHS = List.of(8, 4, 2);
    private static final int MOST = 8;

    /** More paths at a time are not followed: a fused block makes all its values alive at once. */
    private static final int MOST_PATHS = 20_000;

    private final Graph graph;
    private final ActivationCount count;
    private final TiedValues tied;
    private final Sensitivities sensitivities;
    private final Map<String, Integer> fixed = new HashMap<>();

    /** By group: the last node at which one of its values is alive. */
    private final Map<String, Integer> lastSteps = new HashMap<>();

    /** The widths of all groups so far. */
    private record Path(Map<String, Integer> widths, double loss) {}

    ActivationSearch(Graph graph, ActivationCount count, Overrides overrides, Sensitivities sensitivities) {
        this.graph = graph;
        this.count = count;
        this.tied = new TiedValues(graph);
        this.sensitivities = sensitivities;
        overrides.valueBits(graph).forEach((value, bits) -> fixed.put(tied.group(value), bits));
        for (int step = 0; step < graph.nodes().size(); step++) {
            for (String group : groups(step)) {
                lastSteps.put(group, step);
            }
        }
    }

    /** By value; empty where nothing fits, or too much is alive at once. */
    Optional<Map<String, Integer>> best(long rwBytes) {
        Map<Map<String, Integer>, Path> paths = new LinkedHashMap<>();
        paths.put(Map.of(), new Path(Map.of(), 0));
        for (int step = 0; step < graph.nodes().size(); step++) {
            Map<Map<String, Integer>, Path> next = new LinkedHashMap<>();
            for (Path path : paths.values()) {
                for (Path longer : extended(path, step)) {
                    if (count.nodeBits(step, value -> width(longer.widths, value)) <= 8 * rwBytes) {
                        next.merge(
                                alive(longer.widths, step),
                                longer,
                                (one, other) -> one.loss <= other.loss ? one : other);
                    }
                }
            }
            if (next.size() > MOST_PATHS) {
                return Optional.empty();
            }
            paths = next;
        }
        return paths.values().stream()
                .min(Comparator.comparingDouble(Path::loss))
                .map(path -> byValue(path.widths));
    }

    /** The most that a node needs. */
    long peakBytes(Map<String, Integer> byValue) {
        long most = 0;
        for (int step = 0; step < graph.nodes().size(); step++) {
            most = Math.max(most, count.nodeBits(step, value -> byValue.getOrDefault(value, MOST)));
        }
        return (most + 7) / 8;
    }

    private List<String> groups(int step) {
        return count.alive(step).stream().map(tied::group).distinct().toList();
    }

    /** With each width of each group that is new at a node. */
    private List<Path> extended(Path path, int step) {
        List<Path> extended = List.of(path);
        for (String group : groups(step)) {
            if (!path.widths.containsKey(group)) {
                List<Path> longer = new ArrayList<>();
                for (Path before : extended) {
                    options(group).forEach(bits -> longer.add(with(before, group, bits)));
                }
                if (longer.size() > MOST_PATHS) {
                    return List.of();
                }
                extended = longer;
            }
        }
        return extended;
    }

    private List<Integer> options(String group) {
        if (fixed.containsKey(group)) {
            return List.of(Objects.requireNonNull(fixed.get(group)));
        }
        return tied.isUncut(group) ? List.of(MOST) : WIDTHS;
    }

    private Path with(Path before, String group, int bits) {
        Map<String, Integer> widths = new HashMap<>(before.widths);
        widths.put(group, bits);
        return new Path(widths, before.loss + (fixed.containsKey(group) ? 0 : sensitivities.ofActivation(group, bits)));
    }

    /** Of the groups that are alive after a node too. */
    private Map<String, Integer> alive(Map<String, Integer> widths, int step) {
        Map<String, Integer> alive = new HashMap<>(widths);
        alive.keySet().removeIf(group -> lastSteps.getOrDefault(group, -1) <= step);
        return alive;
    }

    private int width(Map<String, Integer> widths, String value) {
        return widths.getOrDefault(tied.group(value), MOST);
    }

    private Map<String, Integer> byValue(Map<String, Integer> widths) {
        Map<String, Integer> byValue = new LinkedHashMap<>();
        for (String value : graph.values()) {
            if (!tied.isUncut(tied.group(value))) {
                byValue.put(value, width(widths, value));
            }
        }
        return byValue;
    }
}
