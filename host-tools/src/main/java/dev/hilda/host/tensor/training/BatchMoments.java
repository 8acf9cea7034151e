// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean and variance of each channel over a batch of images, from primitives that have gradients: SameDiff's own batch
 * normalization has none.
 *
 * @param centred the values less their channel's mean
 */
record BatchMoments(SDVariable mean, SDVariable variance, SDVariable centred) {
    /** Keeps channels that are the same everywhere from a division by 0. */
    static final double EPSILON = 1e-3;

    /** @param input image, height, width, channel */
    static BatchMoments of(SameDiff network, SDVariable input) {
        SDVariable mean = input.mean(true, 0, 1, 2);
        SDVariable centred = input.sub(mean);
        return new BatchMoments(mean, network.math.square(centred).mean(true, 0, 1, 2), centred);
    }

    /** Of mean 0 and, but for {@link #EPSILON}, variance 1. */
    SDVariable normalized(SameDiff network) {
        return centred.div(network.math.sqrt(variance.add(EPSILON)));
    }

    Stream<String> variables() {
        return Stream.of(mean.name(), variance.name());
    }

    Measured measured(Map<String, INDArray> found) {
        return new Measured(row(found, mean), row(found, variance));
    }

    private static INDArray row(Map<String, INDArray> found, SDVariable variable) {
        INDArray values = Objects.requireNonNull(found.get(variable.name()), variable.name());
        return values.dup('c').ravel();
    }

    /** Of one batch, a number a channel. */
    record Measured(INDArray mean, INDArray variance) {}
}
