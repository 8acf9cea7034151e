// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.bench.TestBench;
import dev.hilda.host.emit.HostProgram.Checked;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.memory.RandomFusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fused layers in C, with all rows poisoned that are not needed any more or yet, against the oracle. */
class FusionIT {
    /** Sanitizers triple the time of the compiler. */
    private static final int SANITIZED_CASES = 3;

    private static final int CASES = 5;
    private static final int FULL_CASES = 2000;
    private static final int CASES_PER_PROGRAM = 500;

    @TempDir
    Path folder;

    @BeforeAll
    static void requireCompiler() {
        TestBench.requireTool("gcc");
    }

    @Test
    void shouldEqualTheOracleRowByRow() throws Exception {
        long seed = System.nanoTime();
        check(RandomNetworks::rows, seed, SANITIZED_CASES, Checked.SANITIZED);
        check(RandomNetworks::rows, seed + 1000, CASES, Checked.PLAIN);
    }

    /** Blocks among layers that cannot be fused, and tensors that are answered with or read again. */
    @Test
    void shouldEqualTheOracleAmongOtherLayers() throws Exception {
        long seed = System.nanoTime();
        check(RandomNetworks::severalOutputs, seed, CASES / 2, Checked.PLAIN);
        check(RandomNetworks::severalInputs, seed, CASES / 2, Checked.PLAIN);
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldEqualTheOracleOnManyBlocks() throws Exception {
        long seed = System.nanoTime();
        for (int first = 0; first < FULL_CASES; first += CASES_PER_PROGRAM) {
            check(RandomNetworks::rows, seed + first, CASES_PER_PROGRAM, Checked.SANITIZED);
            check(RandomNetworks::severalOutputs, seed + first, CASES_PER_PROGRAM / 10, Checked.SANITIZED);
            check(RandomNetworks::severalInputs, seed + first, CASES_PER_PROGRAM / 10, Checked.SANITIZED);
        }
    }

    private void check(LongFunction<IntegerNetwork> networks, long seed, int count, Checked checked)
            throws IOException, InterruptedException {
        Map<IntegerNetwork, NetworkPlan> plans = new HashMap<>();
        List<IntegerNetwork> fused = LongStream.iterate(seed, next -> next + 1)
                .mapToObj(networks)
                .filter(network -> {
                    Fusion fusion = RandomFusion.of(network, new SplittableRandom(seed));
                    plans.put(network, NetworkPlan.of(LayerSequence.of(network), fusion));
                    return !fusion.blocks().isEmpty();
                })
                .limit(count)
                .toList();
        Path program = Files.createTempDirectory(folder, "program");
        List<String> different =
                HostProgram.build(program, fused, plans::get, checked).different(seed);
        assertEquals(List.of(), different, "seed " + seed);
    }
}
