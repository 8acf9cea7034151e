// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.bundle.Reference.Probe;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.protocol.NetworkAnswer;
import java.util.Arrays;
import java.util.List;

/** Compares this bench's oracle, then the board, with the outputs that a bundle brings: before the long run. */
final class ProbeCheck {
    private final Deployment deployment;
    private final String board;

    /** @param board the board, as messages name it */
    ProbeCheck(Deployment deployment, String board) {
        this.deployment = deployment;
        this.board = board;
    }

    /**
     * An oracle that differs from the builder's makes every comparison with it worthless.
     *
     * @throws BenchFailure of kind {@link FailureKind#PARITY}
     */
    void requireOracle(Oracle oracle) {
        List<Probe> probes = deployment.reference().probes();
        for (int probe = 0; probe < probes.size(); probe++) {
            int[] outputs = oracle.run(probes.get(probe).input().toArray());
            requireEqual(
                    BenchFailure.of(FailureKind.PARITY, "get the bundle's outputs from the oracle")
                            .remedy("bundle and hilda are of different versions: quantize again with this one"),
                    probe,
                    probes.get(probe).output().toArray(),
                    outputs);
        }
    }

    /**
     * One inference is enough to find firmware that computes something else altogether.
     *
     * @throws BenchFailure of kind {@link FailureKind#PARITY}; the session has failed then
     */
    void requireBoard(BoardSession session, NetworkAnswer described) throws InterruptedException {
        List<Probe> probes = deployment.reference().probes();
        List<byte[]> first =
                probes.stream().limit(1).map(probe -> probe.input().toArray()).toList();
        session.infer(
                described,
                first.iterator(),
                first.size(),
                (image, answer) -> requireEqual(
                        BenchFailure.of(FailureKind.PARITY, "get the bundle's outputs from the board")
                                .board(board)
                                .remedy(NetworkRun.DIFFERENCE_REMEDY),
                        0,
                        probes.get(0).output().toArray(),
                        answer.outputs()),
                Progress.SILENT);
    }

    private static void requireEqual(BenchFailure.Builder differs, int probe, int[] expected, int[] actual) {
        int at = Arrays.mismatch(expected, actual);
        if (at >= 0) {
            throw differs.expected(expected[at] + " as output " + at + " of probe " + probe)
                    .actual(String.valueOf(actual[at]))
                    .failure();
        }
    }
}
