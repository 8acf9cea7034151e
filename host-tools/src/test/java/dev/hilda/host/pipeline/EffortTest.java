// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.retrain.RateSchedule;
import dev.hilda.host.retrain.RetrainOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EffortTest {
    @Test
    void shouldTrainGentlyOnlyWithFullEffort() {
        assertEquals(Optional.empty(), Effort.FAST.training(graph(32, 32, 3)));
        RetrainOptions options = training(32, 32, 3);
        assertEquals(RateSchedule.GENTLE, options.schedule());
        assertTrue(options.batch() < RetrainOptions.DEFAULT.batch());
    }

    /** A spectrogram read backwards is another sound. */
    @Test
    void shouldMirrorPhotosOnly() {
        assertTrue(training(16, 16, 3).isAugmented());
        assertFalse(training(49, 10, 1).isAugmented());
        assertFalse(training(1, 128, 3).isAugmented());
        assertFalse(training(128, 1, 3).isAugmented());
    }

    private static RetrainOptions training(int height, int width, int channels) {
        return Effort.FULL
                .training(graph(height, width, channels))
                .orElseThrow()
                .options();
    }

    private static Graph graph(int height, int width, int channels) {
        Node mean = new Node("mean", new Operator.Mean(), List.of("image"), "mean");
        return new Graph("small", "image", new TensorShape(height, width, channels), List.of(mean), "mean");
    }
}
