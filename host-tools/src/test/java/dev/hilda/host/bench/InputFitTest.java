// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputShares;
import dev.hilda.agent.dataset.InputTallies;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.pipeline.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real data for real networks, and the shapes, are within the range of the networks' inputs: nothing is said of them. */
class InputFitTest {
    private static final int ENOUGH = 60;

    @TempDir
    private Path folder;

    @Test
    void shouldSayNothingOfTheTestData() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        requireFit("ic01_resnet8_int8", TestDataSets.cifarTest(folder));
        requireFit("ic01_resnet8_int8", TestDataSets.cifarTrain(folder));
        requireFit("kws01_dscnn_int8", TestDataSets.keywords(folder));
        requireFit("vww01_mobilenetv1_025_int8", TestDataSets.wakeWords(folder));
        requireFit("ad01_fcae_int8", TestDataSets.machineSounds(folder));
        requireFit("mobilenet_v1_0.5_160_quant", TestDataSets.imageNet(folder));
    }

    private static void requireFit(String model, Path set) {
        QuantizedGraph graph = ModelFiles.read(TestData.path("models/" + model + ".tflite"))
                .quantized()
                .orElseThrow();
        ActivationQuantization codes = graph.activation(graph.graph().input());
        requireFit(
                new Tensor("x", graph.graph().inputShape(), codes.bits(), codes.zeroPoint(), codes.scale()),
                DataSets.open(set).spread(ENOUGH));
    }

    @Test
    void shouldSayNothingOfTheShapes() {
        for (String name : new String[] {"shapes-calibration", "shapes-held-out"}) {
            DataSet set = DataSets.shipped(name).spread(ENOUGH);
            requireFit(new Tensor("x", set.shape(), 8, 128, 1 / 128.0), set);
        }
    }

    private static void requireFit(Tensor input, DataSet set) {
        InputShares shares = InputTallies.of(List.of(input), set);
        assertEquals(InputShares.Verdict.FITTING, shares.verdict(0), set + ": " + shares.actual(0));
    }
}
