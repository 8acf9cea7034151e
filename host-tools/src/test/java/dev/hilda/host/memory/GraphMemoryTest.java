// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.RandomGraphs;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.lower.LoweringException;
import java.util.Random;
import net.jqwik.api.Example;

/** Before anything is quantized, what the network will take that a graph is lowered to. */
class GraphMemoryTest {
    private static final int GRAPHS = 400;
    private static final int LEAST_COMPARED = 40;

    @Example
    void shouldDemandWhatTheLoweredNetworkDemands() {
        int compared = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            QuantizedGraph quantized = Canonical.of(RandomGraphs.quantized(new Random(seed)));
            IntegerNetwork network;
            try {
                network = Lowering.lower(quantized);
            } catch (LoweringException madeUpAtRandom) {
                continue;
            }
            compared++;
            GraphMemory memory = new GraphMemory(quantized.graph());
            ArenaDemand demand = ArenaDemand.of(
                    memory.layers(value -> quantized.activation(value).bits()), Fusion.NONE);
            assertEquals(ArenaDemand.of(network), demand, "seed " + seed);
            long scratch =
                    memory.scratchBytes(value -> quantized.activation(value).bits(), node -> 8);
            assertEquals(KernelScheme.scratchBytes(network), scratch, "seed " + seed);
            for (int step = 0; step < network.layers().size(); step++) {
                assertEquals(
                        ArenaDemand.of(network).leastBytes(step),
                        memory.nodeBytes(
                                step,
                                Fusion.NONE,
                                value -> quantized.activation(value).bits()));
            }
        }
        assertTrue(compared >= LEAST_COMPARED, compared + " compared");
    }
}
