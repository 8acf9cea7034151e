// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RankingTest {
    /** Of equal ones the lowest index, whatever the numbers are. */
    @Test
    void shouldFindTheFirstOfTheLargest() {
        assertEquals(2, Ranking.first(new int[] {-3, 1, 7, 7}));
        assertEquals(1, Ranking.first(new double[] {-3, -0.5, -0.5, -2}));
        assertEquals(1, Ranking.first(new float[] {-3, -0.5f, -0.5f, -2}));
        assertEquals(0, Ranking.first(new float[] {-3}));
    }

    @Test
    void shouldLookAtOneNetworksOutputsOnly() {
        float[] outputs = {9, 1, 2, 2, 0, 8};
        assertEquals(0, Ranking.first(outputs, 0, 3));
        assertEquals(1, Ranking.first(outputs, 1, 4));
        assertEquals(2, Ranking.first(outputs, 3, 3));
    }

    @Test
    void shouldRefuseNoOutputs() {
        assertThrows(IllegalArgumentException.class, () -> Ranking.first(new int[0]));
        assertThrows(IllegalArgumentException.class, () -> Ranking.first(new float[0]));
        assertThrows(IllegalArgumentException.class, () -> Ranking.first(new double[0]));
        assertThrows(IllegalArgumentException.class, () -> Ranking.first(new float[3], 1, 0));
    }
}
