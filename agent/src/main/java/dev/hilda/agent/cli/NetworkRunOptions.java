// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.BoardRun;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.NetworkPreparation;
import dev.hilda.agent.run.NetworkTask;
import dev.hilda.agent.run.RunListener;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The network of a command that puts one on a board, and the run itself. */
final class NetworkRunOptions {
    @Parameters(index = "0", paramLabel = "FILE", description = "The network: a bundle of hilda quantize, or a model.")
    private Path file;

    @Option(
            names = "--allow-clipping",
            description = "Run on values that the network's input cannot tell apart too, with a warning.")
    private boolean allowClipping;

    Path file() {
        return file;
    }

    /**
     * Runs the network once it is prepared; a run that does not pass throws.
     *
     * @param options as {@code host} was made of them
     */
    void run(
            BoardProfile profile,
            NetworkPreparation network,
            BenchOptions options,
            HostBench host,
            RunOutput output,
            RunEnding ending)
            throws InterruptedException {
        AttachedBoard board = host.requireBoard(profile, options.serial());
        RunRequest request = options.request(profile, board);
        RunListener<RunResult> listener = output.listener(
                profile, host.broker(), result -> new NetworkSummary(result).print(output, request.boardName()));
        NetworkTask task = ending.cancel().run(() -> network.task(allowClipping, output::remark));
        new BoardRun<>(request, task, host, listener, ending.cancel()).run();
    }
}
