// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.bench.TestBench;
import dev.hilda.host.emit.HostProgram.Checked;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.Reach;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.ArenaPlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
    private static final int LAYERS_IN_PLACE = 4;
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
    private static final int FULL_CASES = 5000;
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
        for (Precision precision : Precision.ofCodes()) {
            for (Operator operator : CODES) {
                networks.add(RandomNetworks.layer(operator, precision, seed + networks.size()));
            }
        }
        check(networks, seed);
    }

    @Test
    void shouldEqualTheOracleOnRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        check(NetworkBatch.samples(seed, CASES), seed);
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

    /** Each kernel over its own input, as near as {@link Reach} says; of those that lie nearer some give other results. */
    @Test
    void shouldWriteOverWhatTheyNoLongerRead() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Precision> precisions = Precision.all();
        List<IntegerNetwork> networks = new ArrayList<>();
        for (Operator operator : Operator.values()) {
            for (int i = 0; i < LAYERS_IN_PLACE; i++) {
                Precision precision = precisions.get(random.nextInt(precisions.size()));
                networks.add(RandomNetworks.layer(operator, precision, random.nextLong()));
            }
        }
        // Of those with several operands only what reads nothing but the input.
        networks.removeIf(network -> network.layers().size() > 1);
        assertEquals(
                List.of(),
                different(networks, seed, network -> inPlace(network, 0), Checked.SANITIZED),
                "seed " + seed);
        // The compiler refuses a memcpy that it sees overlap; softmax would read beyond its table.
        networks.removeIf(network ->
                network.name().matches("(concatenation|gather|pad|reshape|softmax)_.*") || behindBytes(network) == 0);
        int tooNear = different(networks, seed, network -> inPlace(network, ArenaPlan.ALIGNMENT_BYTES), Checked.PLAIN)
                .size();
        assertTrue(tooNear > 0, "seed " + seed + ": nothing of " + networks.size() + " differs");
    }

    private static long behindBytes(IntegerNetwork network) {
        return KernelScheme.of(network, network.layers().get(0)).reach().stream()
                .mapToLong(Reach::behindBytes)
                .max()
                .orElseThrow();
    }

    /** The output at the arena's start, its input {@code nearerBytes} nearer than the kernel allows. */
    private static ArenaPlan inPlace(IntegerNetwork network, int nearerBytes) {
        int alignment = ArenaPlan.ALIGNMENT_BYTES;
        int offset = (int) ((behindBytes(network) + alignment - 1) / alignment * alignment) - nearerBytes;
        int end = Math.max(
                offset + network.inputTensor().packedBytes(),
                network.outputTensor().packedBytes());
        return new ArenaPlan((end + alignment - 1) / alignment * alignment, List.of(offset, 0));
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldEqualTheOracleOnManyRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        for (int first = 0; first < FULL_CASES; first += CASES_PER_PROGRAM) {
            check(NetworkBatch.samples(seed + first, CASES_PER_PROGRAM), seed + first);
        }
    }

    private void check(List<IntegerNetwork> networks, long seed) throws IOException, InterruptedException {
        assertEquals(List.of(), different(networks, seed, ArenaPlanner::plan, Checked.SANITIZED), "seed " + seed);
    }

    /** Networks whose outputs are not the oracle's, by name. */
    private List<String> different(
            List<IntegerNetwork> networks, long seed, Function<IntegerNetwork, ArenaPlan> placement, Checked checked)
            throws IOException, InterruptedException {
        List<byte[]> inputs = new ArrayList<>();
        for (IntegerNetwork network : networks) {
            // Of one seed all would have one kind of input, at times a single code; of its own, a network always the
            // same.
            inputs.add(RandomNetworks.packedInput(network, -seed - inputs.size()));
        }
        Path program = Files.createTempDirectory(folder, "program");
        List<int[]> outputs =
                HostProgram.build(program, networks, placement, checked).run(inputs);
        assertEquals(networks.size(), outputs.size());
        List<String> different = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            int[] expected = Oracle.of(networks.get(i)).run(inputs.get(i));
            if (!Arrays.equals(expected, outputs.get(i))) {
                different.add("case " + i + ", " + networks.get(i).name());
            }
        }
        return different;
    }
}
