// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.emit.AssembledLayers;
import dev.hilda.host.emit.LargestSums;
import dev.hilda.host.emit.NetworkBatch;
import dev.hilda.host.firmware.Optimization;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random networks, compiled for the chip and run on a virtual board, against the oracle. {@code KernelParityIT} takes every
 * precision, on this machine.
 */
class BoardParityIT {
    private static final List<Operator> WEIGHTED = List.of(Operator.CONVOLUTION, Operator.DEPTHWISE);
    private static final List<Operator> ALL = List.of(Operator.values());
    private static final List<Operator> FILLING = List.of(
            Operator.CONVOLUTION,
            Operator.DEPTHWISE,
            Operator.FULLY_CONNECTED,
            Operator.CONVOLUTION_THRESHOLDS,
            Operator.DEPTHWISE_THRESHOLDS);

    private static final int CASES = 8;
    /** Each of them with two inputs: 300 cases. */
    private static final int NETWORKS = 150;

    private static final int ROUNDS = 2;
    private static final int FULL_CASES = 10_000;
    private static final int CASES_PER_FIRMWARE = 250;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldEqualTheOracleAtPairsOfPrecisionsAndOnRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        List<IntegerNetwork> networks = new ArrayList<>(NetworkBatch.samples(seed, CASES));
        for (Precision precision : Precision.pairs(seed)) {
            List<Operator> operators = Precision.ofCodes().contains(precision) ? ALL : WEIGHTED;
            for (Operator operator : operators) {
                networks.add(RandomNetworks.layer(operator, precision, seed + networks.size()));
            }
        }
        networks.addAll(LargestSums.networks(seed));
        networks.add(RandomNetworks.severalInputs(seed));
        networks.add(RandomNetworks.severalInputs(seed + 1));
        // GCC took this one's only layer for unreachable while it assumed that no pointer is null.
        networks.add(RandomNetworks.layer(Operator.AVERAGE_POOL, new Precision(4, 2, 8), -2_190_076_751_691_601_627L));
        for (List<Precision> all = Precision.all(); networks.size() < NETWORKS; ) {
            int drawn = networks.size();
            Operator operator = FILLING.get(drawn % FILLING.size());
            Precision precision = all.get((int) Math.floorMod(seed + drawn, (long) all.size()));
            networks.add(RandomNetworks.layer(operator, precision, seed + drawn));
        }
        check(networks, seed, ROUNDS);
    }

    @Test
    void shouldEqualTheOracleWhereSetsShareLanes() throws Exception {
        long seed = System.nanoTime();
        check(AssembledLayers.networks(seed), seed, ROUNDS);
    }

    @Test
    @Tag("full")
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void shouldEqualTheOracleOnManyRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        for (int first = 0; first < FULL_CASES; first += CASES_PER_FIRMWARE) {
            int count = Math.min(CASES_PER_FIRMWARE, FULL_CASES - first);
            check(NetworkBatch.samples(seed + first, count), seed + first, 1);
        }
    }

    /** Kernels answer alike whatever debuggers are told. */
    private void check(List<IntegerNetwork> networks, long seed, int rounds) throws Exception {
        List<List<byte[]>> inputs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<byte[]> ofRound = new ArrayList<>();
            for (IntegerNetwork network : networks) {
                // Of one seed all would have one kind of input, at times a single code; of its own, a network always
                // the same.
                ofRound.add(RandomNetworks.packedInput(network, -seed - ofRound.size() - round * networks.size()));
            }
            inputs.add(ofRound);
        }
        List<List<int[]>> outputs =
                new BoardProgram(networks, bench.folder().resolve("cache"), Optimization.O2).run(bench, inputs);
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < networks.size(); i++) {
                int[] expected =
                        Oracle.of(networks.get(i)).run(inputs.get(round).get(i));
                String what = "seed " + seed + ", round " + round + ", case " + i + ", "
                        + networks.get(i).name();
                assertArrayEquals(expected, outputs.get(round).get(i), what);
            }
        }
        assertFalse(outputs.isEmpty());
    }
}
