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

/**
 * Before anything is quantized, what the network will take that a graph is lowered to; no less, where weights' bits, which
 * are not known then, decide how far a kernel reads.
 */
class GraphMemoryTest {
    private static final int GRAPHS = 400;
    private static final int LEAST_COMPARED = 40;

    @Example
    void shouldDemandWhatTheLoweredNetworkDemands() {
        int compared = 0;
        int equal = 0;
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
            equal += ArenaDemand.of(network).equals(demand) ? 1 : 0;
            long scratch =
                    memory.scratchBytes(value -> quantized.activation(value).bits(), node -> 8);
            assertEquals(KernelScheme.scratchBytes(network), scratch, "seed " + seed);
            for (int step = 0; step < network.layers().size(); step++) {
                long least = ArenaDemand.of(network).leastBytes(step);
                long demanded = memory.nodeBytes(
                        step, Fusion.NONE, value -> quantized.activation(value).bits());
                assertTrue(least <= demanded, "seed " + seed + ": " + least + " and " + demanded);
            }
        }
        assertTrue(equal >= LEAST_COMPARED, equal + " equal of " + compared);
    }
}
