// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.quantize.Divergence;
import dev.hilda.host.quantize.StepProgress;
import dev.hilda.host.tensor.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an integer network answers to a labelled set.
 *
 * @param right '1' of each image whose label had the largest output, else '0'
 * @param logits of each image, as real numbers
 */
record NetworkAnswers(String right, List<float[]> logits) {
    static NetworkAnswers of(IntegerNetwork network, DataSet data, StepProgress progress) {
        Oracle oracle = Oracle.of(network);
        List<Tensor> tensors = network.inputTensors();
        StringBuilder right = new StringBuilder();
        List<float[]> logits = new ArrayList<>();
        for (int index = 0; index < data.size(); index++) {
            progress.advance("images", index, data.size());
            Sample sample = data.sample(index);
            int[] answer = oracle.runCodes(unsigned(sample.codes(tensors)));
            right.append(Ranking.first(answer) == sample.label().orElse(-1) ? '1' : '0');
            logits.add(single(network.reals(answer)));
        }
        progress.advance("images", data.size(), data.size());
        return new NetworkAnswers(right.toString(), logits);
    }

    private static int[] unsigned(byte[] codes) {
        int[] values = new int[codes.length];
        for (int index = 0; index < codes.length; index++) {
            values[index] = Byte.toUnsignedInt(codes[index]);
        }
        return values;
    }

    private static float[] single(double[] values) {
        float[] single = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            single[index] = (float) values[index];
        }
        return single;
    }

    /** KL(these ‖ other) of each image, in nats, after a softmax. */
    List<Double> divergences(NetworkAnswers other) {
        return IntStream.range(0, logits.size())
                .mapToObj(image -> Divergence.sum(batch(logits.get(image)), batch(other.logits.get(image)), 1))
                .toList();
    }

    private static Batch batch(float[] values) {
        return new Batch(new TensorShape(1, 1, values.length), 1, values);
    }
}
