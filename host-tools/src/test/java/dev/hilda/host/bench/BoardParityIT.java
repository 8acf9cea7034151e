// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.emit.AssembledLayers;
import dev.hilda.host.emit.LargestSums;
import dev.hilda.host.emit.NetworkBatch;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
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
    private static final int CASES = 8;
    private static final int FULL_CASES = 5000;
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
        check(networks, seed);
    }

    @Test
    void shouldEqualTheOracleWhereSetsShareLanes() throws Exception {
        long seed = System.nanoTime();
        check(AssembledLayers.networks(seed), seed);
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldEqualTheOracleOnManyRandomNetworks() throws Exception {
        long seed = System.nanoTime();
        for (int first = 0; first < FULL_CASES; first += CASES_PER_FIRMWARE) {
            check(NetworkBatch.samples(seed + first, Math.min(CASES_PER_FIRMWARE, FULL_CASES - first)), seed + first);
        }
    }

    private void check(List<IntegerNetwork> networks, long seed) throws Exception {
        CaseFirmware cases = new CaseFirmware(networks);
        List<byte[]> inputs = new ArrayList<>();
        for (IntegerNetwork network : networks) {
            // Of one seed all would have one kind of input, at times a single code; of its own, a network always the
            // same.
            inputs.add(RandomNetworks.packedInput(network, -seed - inputs.size()));
        }
        ContentHash hash = new ContentHash();
        networks.forEach(network -> hash.add(NetworkFile.sha256(network)));
        String modelHash = hash.hex();
        // Built for this test alone: the next seed gives others.
        FirmwareBuild build = new FirmwareBuild(new BuildCache(bench.folder().resolve("cache")), line -> {});
        NetworkFirmware firmware =
                build.network(VirtualBoard.PROFILE, networks.size() + " cases", cases.sources(), modelHash);
        List<int[]> answers = run(firmware, modelHash, cases, inputs);
        List<int[]> outputs = cases.outputs(answers.iterator());
        for (int i = 0; i < networks.size(); i++) {
            int[] expected = Oracle.of(networks.get(i)).run(inputs.get(i));
            String what =
                    "seed " + seed + ", case " + i + ", " + networks.get(i).name();
            assertArrayEquals(expected, outputs.get(i), what);
        }
        assertFalse(outputs.isEmpty());
    }

    private List<int[]> run(NetworkFirmware firmware, String modelHash, CaseFirmware cases, List<byte[]> inputs)
            throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        List<int[]> answers = new ArrayList<>();
        try (BoardLink link = board.link()) {
            BoardSession session =
                    TestBench.session(link, ExpectedFirmware.network(modelHash), SessionPatience.STANDARD);
            session.flash(TestBench.flasher(board, FlashPatience.FOR_SILICON), firmware.image(), Progress.SILENT);
            session.hello();
            session.infer(
                    session.network(),
                    cases.requests(inputs),
                    0,
                    (request, answer) -> answers.add(answer.outputs()),
                    Progress.SILENT);
        }
        board.end();
        return answers;
    }
}
