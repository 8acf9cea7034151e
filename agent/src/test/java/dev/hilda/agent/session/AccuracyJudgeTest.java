// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyJudgeTest {
    private static final IntegerNetwork AUTOENCODER = SmallNetwork.network(4);

    @TempDir
    private Path folder;

    /** Off by 1, 2 and 3 in every element: mean squares of 1, 4 and 9. */
    @Test
    void shouldAverageTheErrorsOfTheImages() throws IOException {
        DataSet dataSet = SmallNetwork.dataSet(folder, 3, "mse");
        AccuracyJudge judge = new AccuracyJudge(AUTOENCODER, dataSet);
        int off = 1;
        for (Sample sample : dataSet) {
            float[] reals = sample.reals();
            int[] outputs = new int[reals.length];
            for (int element = 0; element < outputs.length; element++) {
                outputs[element] = (int) reals[element] + off;
            }
            judge.add(sample, outputs);
            off++;
        }
        assertEquals(14.0 / 3, judge.result().mse().orElseThrow(), 1e-12);
    }

    @Test
    void shouldHaveNoErrorOfNoImages() throws IOException {
        AccuracyJudge judge = new AccuracyJudge(AUTOENCODER, SmallNetwork.dataSet(folder, 3, "mse"));
        assertEquals(OptionalDouble.empty(), judge.result().mse());
    }
}
