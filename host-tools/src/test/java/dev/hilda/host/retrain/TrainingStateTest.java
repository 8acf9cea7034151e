// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
    private final Parameter parameter = new Parameter("weights", new float[] {1, -2}, 0.5);
    private final TrainingState state = new TrainingState(List.of(parameter));

    @Test
    void shouldBeginAnewWithLowerRatesWhereTheFirstEpochLedAway() {
        state.begin(epoch(0, 0.3));
        step();
        float first = parameter.values()[0];
        assertEquals(0.5f, first, 1e-6);
        assertTrue(state.beginsAnew(epoch(1, 0.601)));
        assertEquals(0, state.epoch());
        assertEquals(0.1, state.rateShare());
        assertArrayEquals(new float[] {1, -2}, parameter.values());
        assertArrayEquals(new float[2], parameter.adam().means());
        assertArrayEquals(new float[2], parameter.adam().squares());
        assertArrayEquals(
                new float[] {1, -2}, state.withAverages(() -> parameter.values().clone()));
        // As the first time, so that Adam's corrections for the first steps hold.
        step();
        assertEquals(0.5f, parameter.values()[0], 1e-6);
    }

    /** Twice the start's divergence is little for a network that hardly differs from the float one. */
    @Test
    void shouldGoOnWhereTheFirstEpochLosesLittle() {
        state.begin(epoch(0, 0.01));
        assertFalse(state.beginsAnew(epoch(1, 0.2)));
        assertTrue(state.beginsAnew(epoch(1, 0.22)));
        assertFalse(state.beginsAnew(epoch(2, 9)));
        assertEquals(0.1, state.rateShare());
    }

    @Test
    void shouldNotBeginAnewForEver() {
        state.begin(epoch(0, 0.01));
        int times = 0;
        while (state.beginsAnew(epoch(1, 5))) {
            times++;
        }
        assertEquals(3, times);
    }

    @Test
    void shouldKeepTheRatesInItsFile() throws IOException {
        state.begin(epoch(0, 0.1));
        state.beginsAnew(epoch(1, 5));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.write(new DataOutputStream(bytes));
        TrainingState other = new TrainingState(List.of(new Parameter("weights", new float[] {1, -2}, 0.5)));
        assertTrue(other.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
        assertEquals(0.1, other.rateShare());
        assertFalse(other.beginsAnew(epoch(1, 0.3)));
    }

    private void step() {
        state.update(new float[][] {{3, -4}}, own -> own);
    }

    private static Epoch epoch(int number, double divergence) {
        return new Epoch(number, 0, divergence, 0, 0, 1);
    }
}
