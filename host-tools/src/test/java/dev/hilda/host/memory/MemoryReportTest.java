// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryReportTest {
    @Test
    void shouldCountPackedWeightsParametersAndWhatIsAlive() {
        Window two = new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
        Requantization requantization = new Requantization(Ints.of(1, 1, 1), 0, 1, 1, 0, 15);
        IntegerNetwork network = new IntegerNetwork(
                "two layers",
                List.of(
                        new Tensor("x", new TensorShape(4, 4, 3), 4, 0, 1),
                        new Tensor("p", new TensorShape(2, 2, 3), 4, 0, 1),
                        new Tensor("y", new TensorShape(2, 2, 3), 4, 0, 1)),
                List.of(
                        new MaxPoolLayer("pool", 0, 1, two, 0, 15),
                        new ConvolutionLayer(
                                "conv",
                                1,
                                2,
                                Window.of(1, 1),
                                new WeightCodes(2, new byte[9], new int[3]),
                                Ints.of(0, 0, 0),
                                requantization)),
                0,
                2);
        MemoryReport expected = new MemoryReport(
                List.of(
                        new MemoryReport.LayerMemory("pool", 0, 0, 32 + 8, 0),
                        new MemoryReport.LayerMemory("conv", 3, 4 * 6 + 3, 8 + 8, 2 * 16 * 2)),
                30,
                40,
                32);
        assertEquals(expected, MemoryReport.of(network));
    }
}
