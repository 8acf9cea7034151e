// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.bench.TestBench;
import dev.hilda.host.emit.HostProgram.Checked;
import dev.hilda.host.kernel.DepthwiseRowsScheme;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.ArenaPlanner;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Generated C and its kernels on this machine, with sanitizers, against the oracle. */
class KernelParityIT {
    private static final List<Operator> CODES = List.of(
            Operator.MEAN,
            Operator.LOOKUP,
            Operator.SUM,
            Operator.PRODUCT,
            Operator.CONCATENATION,
            Operator.GATHER,
            Operator.INTERPOLATE,
            Operator.PRELU);
    private static final int CASES = 12;
    private static final int CASES_OF_MANY = 6;
    private static final int FULL_CASES = 10_000;
    private static final int CASES_PER_PROGRAM = 1000;

    @TempDir
    Path folder;

    @BeforeAll
    static void requireCompiler() {
        TestBench.requireTool("gcc");
    }

    @Test
    void shouldEqualTheOracleAtEveryPrecision() throws Exception {
        long seed = System.nanoTime();
        List<IntegerNetwork> networks = new ArrayList<>();
        for (Operator operator : List.of(Operator.CONVOLUTION, Operator.DEPTHWISE)) {
            for (Precision precision : Precision.all()) {
                networks.add(RandomNetworks.layer(operator, precision, seed + networks.size()));
            }
        }
        for (Operator operator : List.of(Operator.CONVOLUTION_THRESHOLDS, Operator.DEPTHWISE_THRESHOLDS)) {
            // Every other one: the sums are those of above.
            List<Precision> ofCodes = Precision.all().stream()
                    .filter(precision -> precision.output() != Tensor.INT32_BITS)
                    .toList();
            for (int i = (int) Math.floorMod(seed, 2L); i < ofCodes.size(); i += 2) {
                networks.add(RandomNetworks.layer(operator, ofCodes.get(i), seed + networks.size()));
            }
        }
        // Of these, too; another seed takes the others.
        for (int i = 0; i < CODES.size() * Precision.ofCodes().size(); i++) {
            if (Math.floorMod(seed + i + i / CODES.size(), 2L) == 0) {
                Precision precision = Precision.ofCodes().get(i / CODES.size());
                networks.add(RandomNetworks.layer(CODES.get(i % CODES.size()), precision, seed + networks.size()));
            }
        }
        check(networks, seed);
    }

    /** Of so many channels that scratch holds but two pairs of rows. */
    @Test
    void shouldTakeFewerRowsOfManyChannels() throws Exception {
        long seed = System.nanoTime();
        List<IntegerNetwork> networks = LongStream.iterate(seed, next -> next + 1)
                .mapToObj(KernelParityIT::ofManyChannels)
                .filter(network -> KernelScheme.of(network, network.layers().get(0)) instanceof DepthwiseRowsScheme)
                .limit(CASES_OF_MANY)
                .toList();
        for (IntegerNetwork network : networks) {
            KernelScheme scheme = KernelScheme.of(network, network.layers().get(0));
            assertEquals(2, ((DepthwiseRowsScheme) scheme).pairs(), network.name());
        }
        check(networks, seed);
    }

    private static IntegerNetwork ofManyChannels(long seed) {
        List<Precision> precisions = Precision.all();
        Precision precision = precisions.get(Math.floorMod(seed, precisions.size()));
        return RandomNetworks.layer(Operator.DEPTHWISE, new TensorShape(8, 9, 805), precision, seed);
    }

    @Test
    void shouldEqualTheOracleOnRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        check(NetworkBatch.samples(seed, CASES), seed);
    }

    @Test
    void shouldEqualTheOracleWhereSumsAreLargest() throws Exception {
        long seed = System.nanoTime();
        check(LargestSums.networks(seed), seed);
    }

    @Test
    void shouldEqualTheOracleWhereSetsShareLanes() throws Exception {
        long seed = System.nanoTime();
        check(AssembledLayers.networks(seed), seed);
    }

    /** Outputs that are made before the last layer stay in the arena until they are read. */
    @Test
    void shouldAnswerWithSeveralOutputs() throws Exception {
        long seed = System.nanoTime();
        check(
                LongStream.range(seed, seed + CASES)
                        .mapToObj(RandomNetworks::severalOutputs)
                        .toList(),
                seed);
    }

    /** Inputs are taken apart and placed before the first layer runs, whichever reads them. */
    @Test
    void shouldTakeSeveralInputs() throws Exception {
        long seed = System.nanoTime();
        check(
                LongStream.range(seed, seed + CASES)
                        .mapToObj(RandomNetworks::severalInputs)
                        .toList(),
                seed);
    }

    /** What has sunk to the arena's start is moved where the next layer needs room below it. */
    @Test
    void shouldReadTensorsWhereTheyWereMoved() throws Exception {
        long seed = System.nanoTime();
        check(
                LongStream.iterate(seed, next -> next + 1)
                        .mapToObj(RandomNetworks::chain)
                        .filter(network -> !ArenaPlanner.plan(network).moved().isEmpty())
                        .limit(CASES)
                        .toList(),
                seed);
    }

    @Test
    @Tag("full")
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void shouldEqualTheOracleOnManyRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        for (int first = 0; first < FULL_CASES; first += CASES_PER_PROGRAM) {
            check(NetworkBatch.samples(seed + first, CASES_PER_PROGRAM), seed + first);
        }
    }

    private void check(List<IntegerNetwork> networks, long seed) throws IOException, InterruptedException {
        assertEquals(List.of(), different(networks, seed, NetworkPlan::unfused, Checked.SANITIZED), "seed " + seed);
    }

    private List<String> different(
            List<IntegerNetwork> networks, long seed, Function<IntegerNetwork, NetworkPlan> placement, Checked checked)
            throws IOException, InterruptedException {
        Path program = Files.createTempDirectory(folder, "program");
        return HostProgram.build(program, networks, placement, checked).different(seed);
    }
}
