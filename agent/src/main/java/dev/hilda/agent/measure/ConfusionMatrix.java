// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.Comparator;
import java.util.List;

/**
 * How often each class was taken for each.
 *
 * @param classes outputs of the network
 * @param cells those with images, by label, then by prediction; a network with many classes leaves most empty
 */
public record ConfusionMatrix(int classes, List<Cell> cells) {
    /** Images of the class {@code label} that were taken for {@code prediction}, at least one. */
    public record Cell(int label, int prediction, long images) {
        public boolean isRight() {
            return label == prediction;
        }
    }

    public ConfusionMatrix {
        cells = List.copyOf(cells);
    }

    /** Images of the class {@code label} that were taken for {@code prediction}. */
    public long count(int label, int prediction) {
        return cells.stream()
                .filter(cell -> cell.label() == label && cell.prediction() == prediction)
                .mapToLong(Cell::images)
                .sum();
    }

    /** Images of the class {@code label}. */
    public long labelled(int label) {
        return cells.stream()
                .filter(cell -> cell.label() == label)
                .mapToLong(Cell::images)
                .sum();
    }

    /** Images that were taken for what they are. */
    public long correct() {
        return cells.stream().filter(Cell::isRight).mapToLong(Cell::images).sum();
    }

    /** The most frequent confusions, those with the most images first. */
    public List<Cell> worst(int most) {
        return cells.stream()
                .filter(cell -> !cell.isRight())
                .sorted(Comparator.comparingLong(Cell::images).reversed())
                .limit(most)
                .toList();
    }
}
