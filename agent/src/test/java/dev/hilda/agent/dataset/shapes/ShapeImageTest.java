// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapeImageTest {
    /** The same digits stand in the YAML files; here they guard against a change of both. */
    private static final String HELD_OUT = "f8910d63d92f5066955bee7e7a50d56b335b9896a8b059fed5cc3a5898f3812c";

    private static final String CALIBRATION = "4e53fbd136833faca900bd927022ce655ecdc79fa109bbdbb616605624f25bdc";

    @Test
    void shouldDrawTheSameBytesOnEveryJdk() {
        assertEquals(HELD_OUT, DataSets.shipped("shapes-held-out").sha256());
        assertEquals(CALIBRATION, DataSets.shipped("shapes-calibration").sha256());
    }

    @Test
    void shouldGoThroughTheClassesInTurn() {
        DataSet set = DataSets.shipped("shapes-held-out");
        assertEquals(1000, set.size());
        for (Sample sample : set.limit(30)) {
            ShapeImage image = ShapeImage.draw(ShapeSplit.HELD_OUT.firstSeed() + sample.index());
            assertEquals(sample.index() % 10, sample.label().orElseThrow());
            assertEquals(image.label(), sample.label().orElseThrow());
            assertArrayEquals(image.pixels(), sample.codes(8, 1 / 128.0, 128));
        }
    }

    @Test
    void shouldDrawDifferentImagesInEachSplit() {
        Set<Integer> seen = new HashSet<>();
        for (ShapeSplit split : ShapeSplit.values()) {
            for (int i = 0; i < 100; i++) {
                seen.add(Arrays.hashCode(ShapeImage.draw(split.firstSeed() + i).pixels()));
            }
        }
        assertEquals(300, seen.size());
        assertNotEquals(ShapeSplit.CALIBRATION.firstSeed(), ShapeSplit.HELD_OUT.firstSeed());
    }

    @Test
    void shouldTurnByWholeSteps() {
        for (int angle = -300; angle < 600; angle++) {
            assertEquals(Math.sin(2 * Math.PI * angle / 256) * Rotation.ONE, Rotation.sine(angle), 0.5001);
            assertEquals(Math.cos(2 * Math.PI * angle / 256) * Rotation.ONE, Rotation.cosine(angle), 0.5001);
        }
    }

    @Test
    void shouldFillEachShapeToAnAreaOfItsOwn() {
        for (ShapeKind kind : ShapeKind.values()) {
            int inside = 0;
            for (int u = -1300; u <= 1300; u += 20) {
                for (int v = -1300; v <= 1300; v += 20) {
                    if (kind.contains(u, v)) {
                        inside++;
                        // The box that a shape is painted in reaches 5/4 of the radius.
                        assertTrue(u * u + v * v <= 1280 * 1280, kind + " at " + u + ", " + v);
                    }
                }
            }
            int wholeSquare = 103 * 103;
            assertTrue(inside > wholeSquare / 10 && inside < wholeSquare, kind + " covers " + inside);
        }
    }

    @Test
    void shouldGiveTheNumbersOfThePaper() {
        // Reference output of SplitMix64 (S. Vigna, splitmix64.c) from state 0: mix(0) is 0.
        SplitMix64 random = new SplitMix64(0);
        assertEquals(0xE220A8397B1DCDAFL, random.next());
        assertEquals(0x6E789E6AA1B965F4L, random.next());
    }
}
