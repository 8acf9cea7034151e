package dev.hilda.host.emit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.bench.TestBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated C and its kernels on this machine, with sanitizers, against the oracle. */
class KernelParityIT {
    private static final int CASES = 228;
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
        check(networks, seed);
    }

    @Test
    void shouldEqualTheOracleOnRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        check(samples(seed, CASES), seed);
    }

    @Test
    @Tag("full")
    void shouldEqualTheOracleOnManyRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        for (int first = 0; first < FULL_CASES; first += CASES_PER_PROGRAM) {
            check(samples(seed + first, CASES_PER_PROGRAM), seed + first);
        }
    }

    private static List<IntegerNetwork> samples(long seed, int count) {
        return LongStream.range(seed, seed + count)
                .mapToObj(RandomNetworks::sample)
                .toList();
    }

    private void check(List<IntegerNetwork> networks, long seed) throws IOException, InterruptedException {
        List<byte[]> inputs = new ArrayList<>();
        for (IntegerNetwork network : networks) {
            inputs.add(RandomNetworks.packedInput(network, seed));
        }
        Path program = Files.createTempDirectory(folder, "program");
        List<int[]> outputs = HostProgram.build(program, networks).run(inputs);
        assertEquals(networks.size(), outputs.size());
        for (int i = 0; i < networks.size(); i++) {
            int[] expected = Oracle.of(networks.get(i)).run(inputs.get(i));
            String what =
                    "seed " + seed + ", case " + i + ", " + networks.get(i).name();
            assertArrayEquals(expected, outputs.get(i), what);
        }
    }
}
