// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Choices of bits of which no other has at most as many bytes, as much loss and as many cycles. */
final class JointFront {
    private JointFront() {}

    /** Those of the choices that no other beats, by bytes. Of equal ones the first. */
    static List<JointChoice> unbeaten(List<JointChoice> choices) {
        List<JointChoice> sorted = new ArrayList<>(choices);
        sorted.sort(Comparator.comparingLong(JointChoice::bytes)
                .thenComparingDouble(JointChoice::loss)
                .thenComparingLong(JointChoice::cycles));
        List<JointChoice> front = new ArrayList<>();
        // Of those with fewer bytes: cycles by loss, falling as it rises.
        TreeMap<Double, Long> steps = new TreeMap<>();
        for (JointChoice choice : sorted) {
            Map.Entry<Double, Long> below = steps.floorEntry(choice.loss());
            if (below != null && below.getValue() <= choice.cycles()) {
                continue;
            }
            front.add(choice);
            Map.Entry<Double, Long> above = steps.ceilingEntry(choice.loss());
            while (above != null && above.getValue() >= choice.cycles()) {
                steps.remove(above.getKey());
                above = steps.higherEntry(choice.loss());
            }
            steps.put(choice.loss(), choice.cycles());
        }
        return front;
    }

    /**
     * About as many as wanted: of those alike in bytes and in what the goal bounds, the one that the goal prefers.
     *
     * @param most at least 4
     */
    static List<JointChoice> thinned(List<JointChoice> front, int most, JointGoal goal) {
        if (front.size() <= most) {
            return front;
        }
        int parts = (int) Math.sqrt(most);
        double leastBytes = front.get(0).bytes();
        double byteStep = Math.max(1, (front.get(front.size() - 1).bytes() - leastBytes) / parts);
        double least = front.stream().mapToDouble(goal::bounded).min().orElseThrow();
        double range = front.stream().mapToDouble(goal::bounded).max().orElseThrow() - least;
        Map<List<Long>, JointChoice> kept = new LinkedHashMap<>();
        for (JointChoice choice : front) {
            List<Long> cell = List.of(
                    (long) ((choice.bytes() - leastBytes) / byteStep),
                    range > 0 ? (long) ((goal.bounded(choice) - least) / range * parts) : 0);
            kept.merge(cell, choice, (one, other) -> goal.objective(other) < goal.objective(one) ? other : one);
        }
        return List.copyOf(kept.values());
    }
}
