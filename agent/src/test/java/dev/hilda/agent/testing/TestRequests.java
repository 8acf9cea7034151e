// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.BenchHost;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Runs on a board that is not there. */
public final class TestRequests {
    private TestRequests() {}

    /** @param serial of its ST-Link */
    public static RunRequest of(String serial, ResultStore results, BoardAccess access) {
        return new RunRequest(
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                new AttachedBoard(
                        serial,
                        "fake",
                        new ProbeBackend.Tcp(1),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.empty()),
                "bench",
                new BenchHost("here", "9.8.7", "0123abc"),
                SessionPatience.STANDARD,
                results,
                access);
    }
}
