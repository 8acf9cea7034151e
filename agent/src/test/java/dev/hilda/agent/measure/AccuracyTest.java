// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AccuracyTest {
    private static final int CLASSES = 8;

    /** The indices by a stable sort: the definition of the order. */
    private static List<Integer> order(int[] outputs) {
        List<Integer> indices = new ArrayList<>();
        for (int index = 0; index < outputs.length; index++) {
            indices.add(index);
        }
        indices.sort(Comparator.comparing((Integer index) -> -(long) outputs[index]));
        return indices;
    }

    @Property
    void shouldPlaceOutputsAsAStableSortDoes(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = -3, max = 3) Integer> values) {
        int[] outputs = values.stream().mapToInt(Integer::intValue).toArray();
        List<Integer> order = order(outputs);
        assertEquals(order.get(0), Ranking.first(outputs));
        for (int place = 0; place < outputs.length; place++) {
            assertEquals(place, Ranking.place(outputs, order.get(place)));
        }
    }

    @Property
    void shouldCountAsTheDefinitionsSay(
            @ForAll @Size(max = 20) List<@Size(CLASSES + 1) List<@IntRange(min = 0, max = 7) Integer>> images) {
        ClassificationCounter counter = new ClassificationCounter(CLASSES);
        long top1 = 0;
        long top5 = 0;
        long[][] confusion = new long[CLASSES][CLASSES];
        for (List<Integer> image : images) {
            int label = image.get(CLASSES);
            int[] outputs = image.subList(0, CLASSES).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            counter.add(outputs, label);
            List<Integer> order = order(outputs);
            top1 += order.get(0) == label ? 1 : 0;
            top5 += order.subList(0, 5).contains(label) ? 1 : 0;
            confusion[label][order.get(0)]++;
        }
        Classification result = counter.result();
        assertEquals(images.size(), result.images());
        assertEquals(top1, result.top1());
        assertEquals(top5, result.top5());
        for (int label = 0; label < CLASSES; label++) {
            long labelled = 0;
            for (int prediction = 0; prediction < CLASSES; prediction++) {
                assertEquals(confusion[label][prediction], result.confusion().count(label, prediction));
                labelled += confusion[label][prediction];
            }
            assertEquals(labelled, result.confusion().labelled(label));
        }
        List<ConfusionMatrix.Cell> worst = result.confusion().worst(3);
        long previous = Long.MAX_VALUE;
        for (ConfusionMatrix.Cell cell : worst) {
            assertTrue(!cell.isRight() && cell.images() <= previous, worst.toString());
            previous = cell.images();
        }
        for (ConfusionMatrix.Cell cell : result.confusion().cells()) {
            assertTrue(cell.isRight() || worst.contains(cell) || cell.images() <= previous || worst.size() < 3);
            assertTrue(cell.isRight() || worst.contains(cell) || worst.size() == 3);
        }
    }

    @Property
    void shouldMeasureTheAreaAsTheShareOfPairsInOrder(
            @ForAll @Size(max = 15) List<@IntRange(min = -4, max = 4) Integer> positives,
            @ForAll @Size(max = 15) List<@IntRange(min = -4, max = 4) Integer> negatives) {
        double[] scores = new double[positives.size() + negatives.size()];
        boolean[] positive = new boolean[scores.length];
        int at = 0;
        for (int index = 0; index < Math.max(positives.size(), negatives.size()); index++) {
            if (index < positives.size()) {
                positive[at] = true;
                scores[at++] = positives.get(index) / 3.0;
            }
            if (index < negatives.size()) {
                scores[at++] = negatives.get(index) / 3.0;
            }
        }
        double pairs = 0;
        for (int one : positives) {
            for (int other : negatives) {
                pairs += one > other ? 1 : one == other ? 0.5 : 0;
            }
        }
        OptionalDouble area = RocCurve.area(scores, positive);
        assertEquals(!positives.isEmpty() && !negatives.isEmpty(), area.isPresent());
        if (area.isPresent()) {
            assertEquals(pairs / positives.size() / negatives.size(), area.getAsDouble(), 1e-12);
        }
    }

    @Example
    void shouldTieZeroesOfEitherSign() {
        assertEquals(
                0.5,
                RocCurve.area(new double[] {-0.0, 0.0}, new boolean[] {true, false})
                        .getAsDouble());
        assertEquals(
                0.5,
                RocCurve.area(new double[] {0.0, -0.0}, new boolean[] {true, false})
                        .getAsDouble());
    }

    @Example
    void shouldMeasureTheErrorInRealValues() {
        // 0.5 × (3 − 1) = 1 for 1, 0.5 × (0 − 1) = −0.5 for 1.5, 0.5 × (255 − 1) = 127 for 127
        assertEquals(4.0 / 3, ReconstructionError.of(new float[] {1, 1.5f, 127}, new int[] {3, 0, 255}, 0.5, 1), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> ReconstructionError.of(new float[1], new int[2], 1, 0));
        assertThrows(IllegalArgumentException.class, () -> ReconstructionError.of(new float[0], new int[0], 1, 0));
    }

    @Example
    void shouldGiveSharesOfTheImages() {
        ClassificationCounter counter = new ClassificationCounter(6);
        counter.add(new int[] {9, 8, 7, 6, 5, 4}, 0);
        counter.add(new int[] {9, 8, 7, 6, 5, 4}, 4);
        counter.add(new int[] {9, 8, 7, 6, 5, 4}, 4);
        counter.add(new int[] {9, 8, 7, 6, 5, 4}, 5);
        assertEquals(0.25, counter.result().top1Accuracy());
        assertEquals(0.75, counter.result().top5Accuracy());
    }

    @Example
    void shouldNotDivideByNothing() {
        assertTrue(Double.isNaN(new ClassificationCounter(3).result().top1Accuracy()));
        assertTrue(Double.isNaN(new ClassificationCounter(3).result().top5Accuracy()));
    }

    @Example
    void shouldRefuseWhatHasNoOrder() {
        assertThrows(IllegalArgumentException.class, () -> Ranking.first(new int[0]));
        assertThrows(IllegalArgumentException.class, () -> Ranking.place(new int[0], 0));
        assertThrows(IllegalArgumentException.class, () -> RocCurve.area(new double[2], new boolean[3]));
    }

    @Example
    void shouldRefuseLabelsAndOutputsOfAnotherNetwork() {
        ClassificationCounter counter = new ClassificationCounter(3);
        assertThrows(IllegalArgumentException.class, () -> counter.add(new int[3], 3));
        assertThrows(IllegalArgumentException.class, () -> counter.add(new int[3], -1));
        assertThrows(IllegalArgumentException.class, () -> counter.add(new int[4], 2));
    }
}
