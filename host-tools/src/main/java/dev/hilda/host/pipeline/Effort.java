// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.retrain.RateSchedule;
import dev.hilda.host.retrain.RetrainOptions;
import java.util.Locale;
import java.util.Optional;

/** How much is done for the codes that bits leave. */
public enum Effort {
    /** They are rounded layer by layer. */
    FAST,
    /** Then they, ranges and biases are trained a little on the calibration data, to answer as the float network does. */
    FULL;

    private static final int EPOCHS = 12;
    private static final int BATCH = 16;

    /** Channels of a colour image; of anything else nothing says that its mirror image means the same. */
    private static final int COLOURS = 3;

    private static final int LEAST_SIDE = 16;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What training there is in it for a network. */
    Optional<RetrainRequest> training(Graph graph) {
        if (this == FAST) {
            return Optional.empty();
        }
        RetrainOptions options = new RetrainOptions(EPOCHS, BATCH, 1, isOfPhotos(graph)).with(RateSchedule.GENTLE);
        return Optional.of(new RetrainRequest(options, Optional.empty()));
    }

    private static boolean isOfPhotos(Graph graph) {
        TensorShape shape = graph.shape(graph.inputs().get(0));
        return shape.channels() == COLOURS && shape.height() >= LEAST_SIDE && shape.width() >= LEAST_SIDE;
    }
}
