// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.cli.BoardOptions;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.Attendance;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.KeptImages;
import dev.hilda.agent.virtualboard.ControlSocket;
import dev.hilda.host.bench.AttachedKernelBoard;
import dev.hilda.host.bench.KernelBoard;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.profile.BoardProfile;
import java.util.Optional;

/** The board that a bench command was given. */
final class BenchBoard {
    private static final String BENCH = "bench";

    private BenchBoard() {}

    /** Found before anything is built. */
    static KernelBoard attached(BoardOptions options, BoardProfile profile, NetworkCompiler compiler)
            throws InterruptedException {
        compiler.requireCompiler(profile);
        HostBench host = new HostBench(BoardDiscovery.ofThisHost(System.getenv()), Optional.empty(), System.getenv());
        AttachedBoard attached = host.requireBoard(profile, options.serial());
        FlashLedger flashes = options.flashes();
        return new AttachedKernelBoard(
                options.request(profile, attached, BENCH, ResultStore.NONE, BoardAccess.GIVEN),
                new KeptImages(host, flashes, Attendance.ATTENDED),
                flashes,
                ControlSocket.of(attached));
    }
}
