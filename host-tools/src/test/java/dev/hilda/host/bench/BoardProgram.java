// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.firmware.Optimization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Many networks as one firmware of a virtual board. */
final class BoardProgram {
    private final CaseFirmware cases;
    private final String modelHash;
    private final NetworkFirmware firmware;

    /** Compiles the networks. A build's results are kept in a folder: another seed gives other networks. */
    BoardProgram(List<IntegerNetwork> networks, Path cache, Optimization optimization) throws InterruptedException {
        this.cases = new CaseFirmware(networks);
        ContentHash hash = new ContentHash();
        networks.forEach(network -> hash.add(NetworkFile.sha256(network)));
        this.modelHash = hash.hex();
        this.firmware = new FirmwareBuild(new BuildCache(cache), line -> {}, optimization)
                .network(VirtualBoard.PROFILE, networks.size() + " cases", cases.sources(), modelHash);
    }

    /**
     * Runs one network after the other on a board of its own, then all again with other inputs.
     *
     * @param rounds packed input codes, each time one per network
     * @return each time each network's outputs
     */
    List<List<int[]>> run(TestBench bench, List<List<byte[]>> rounds) throws IOException, InterruptedException {
        VirtualBoard board = bench.board("--fast-flash");
        List<int[]> answers = new ArrayList<>();
        try (BoardLink link = board.link()) {
            BoardSession session =
                    TestBench.session(link, ExpectedFirmware.network(modelHash), SessionPatience.STANDARD);
            session.flash(TestBench.flasher(board, FlashPatience.FOR_SILICON), firmware.image(), Progress.SILENT);
            session.hello();
            for (List<byte[]> inputs : rounds) {
                session.infer(
                        session.network(),
                        cases.requests(inputs),
                        0,
                        (request, answer) -> answers.add(answer.outputs()),
                        Progress.SILENT);
            }
        } finally {
            board.end();
        }
        Iterator<int[]> read = answers.iterator();
        return rounds.stream().map(inputs -> cases.outputs(read)).toList();
    }
}
