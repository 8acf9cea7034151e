// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Widths of the groups of activations, of the least sum of losses with which each node fits: a shortest path over the nodes,
 * whose states are the widths of the groups alive.
 */
final class ActivationSearch {
    /** More paths at a time are not followed: a fused block makes all its values alive at once. */
    private static final int MOST_PATHS = 20_000;

    private final Graph graph;
    private final ActivationCount count;
    private final AliveGroups groups;
    private final Sensitivities sensitivities;

    /** The widths of all groups so far. */
    private record Path(Map<String, Integer> widths, double loss) {}

    ActivationSearch(Graph graph, ActivationCount count, Overrides overrides, Sensitivities sensitivities) {
        this.graph = graph;
        this.count = count;
        this.groups = new AliveGroups(graph, count, overrides);
        this.sensitivities = sensitivities;
    }

    /** By value; empty where nothing fits, or too much is alive at once. */
    Optional<Map<String, Integer>> best(long rwBytes) {
        Map<Map<String, Integer>, Path> paths = new LinkedHashMap<>();
        paths.put(Map.of(), new Path(Map.of(), 0));
        for (int step = 0; step < graph.nodes().size(); step++) {
            Map<Map<String, Integer>, Path> next = new LinkedHashMap<>();
            for (Path path : paths.values()) {
                for (Path longer : extended(path, step)) {
                    if (count.nodeBits(step, value -> groups.width(longer.widths, value)) <= 8 * rwBytes) {
                        next.merge(
                                groups.after(step, longer.widths),
                                longer,
                                (one, other) -> one.loss <= other.loss ? one : other);
                    }
                }
                if (next.size() > MOST_PATHS) {
                    return Optional.empty();
                }
            }
            paths = next;
        }
        return paths.values().stream()
                .min(Comparator.comparingDouble(Path::loss))
                .map(path -> groups.byValue(path.widths));
    }

    /** With each width of each group that is new at a node. */
    private List<Path> extended(Path path, int step) {
        return groups.newAt(step, path.widths, MOST_PATHS).stream()
                .map(added -> with(path, added))
                .toList();
    }

    private Path with(Path before, Map<String, Integer> added) {
        Map<String, Integer> widths = new HashMap<>(before.widths);
        widths.putAll(added);
        return new Path(widths, before.loss + groups.loss(added, sensitivities));
    }
}
