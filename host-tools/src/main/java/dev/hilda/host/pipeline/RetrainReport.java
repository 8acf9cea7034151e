// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.retrain.Epoch;
import dev.hilda.host.retrain.RetrainResult;
import dev.hilda.host.retrain.TrainingLoss;
import java.util.stream.IntStream;

/**
 * What retraining came to, on images that were held back.
 *
 * @param best the epoch that was kept
 * @param loss that it was judged by
 * @param integerAgreement share of the images to which the integer network gives the fake-quantized one's answer
 */
public record RetrainReport(Epoch best, TrainingLoss loss, double integerAgreement) {
    /** Integers that answer otherwise to more than this share are warned of. */
    private static final double LEAST_AGREEMENT = 0.995;

    static RetrainReport of(RetrainResult result, IntegerNetwork network, DataSet images) {
        Oracle oracle = Oracle.of(network);
        long same = result.answers().entrySet().stream()
                .filter(answer -> {
                    byte[] stored = images.sample(answer.getKey()).codes(network.inputTensors());
                    int[] codes = oracle.runCodes(IntStream.range(0, stored.length)
                            .map(index -> Byte.toUnsignedInt(stored[index]))
                            .toArray());
                    return Ranking.first(network.reals(codes)) == answer.getValue();
                })
                .count();
        return new RetrainReport(
                result.best(), result.loss(), (double) same / result.answers().size());
    }

    /** Whether integers compute something else than was trained. */
    public boolean isGap() {
        return integerAgreement < LEAST_AGREEMENT;
    }
}
