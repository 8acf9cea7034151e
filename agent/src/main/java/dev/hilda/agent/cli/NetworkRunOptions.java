// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.linerate.RateFile;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.BoardRun;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.NetworkPreparation;
import dev.hilda.agent.run.NetworkTask;
import dev.hilda.agent.run.RunListener;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.virtualboard.ControlSocket;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.UserFolders;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The network of a command that puts one on a board, and the run itself. */
final class NetworkRunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "The network: a bundle of hilda quantize, or a model.")
    private Path file;

    @Option(
            names = "--allow-clipping",
            description = "Run on values that the network's input cannot tell apart too, with a warning.")
    private boolean allowClipping;

    @Option(
            names = "--baud",
            paramLabel = "RATE",
            description =
                    "Rate of the serial line, one of the profile's (hilda profile show). Default: the profile's own,"
                            + " raised in long runs as far as the line carries an echo; what it carried is remembered.")
    private Optional<Integer> baud;

    Path file() {
        return file;
    }

    /** The profile named by the user, which has the rate that was named. */
    BoardProfile profile(BenchOptions options) {
        BoardProfile profile = options.profile();
        List<Integer> ladder = profile.usart().baudLadder();
        if (baud.isPresent() && !ladder.contains(baud.get())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--baud: expected one of " + ladder + " of " + profile.name() + ", got " + baud.get());
        }
        return profile;
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
        RunRequest request = options.request(profile, board, host);
        RunListener<RunResult> listener = output.listener(
                profile, host.broker(), result -> new NetworkSummary(result).print(output, request.boardName()));
        NetworkTask task = ending.cancel()
                .run(() -> network.task(
                        allowClipping,
                        rates(board),
                        ControlSocket.of(board),
                        Optional.of(BuildCache.ofUser(System.getenv())),
                        output::remark));
        new BoardRun<>(request, task, options.ports(host), listener, ending.cancel()).run();
    }

    private LineRates rates(AttachedBoard board) {
        Path file = UserFolders.of(System.getenv()).state().resolve("line-rates.json");
        OptionalInt wanted = baud.map(OptionalInt::of).orElseGet(OptionalInt::empty);
        return new LineRates(wanted, new RateFile(file, board.stLinkSerial(), Clock.systemUTC()));
    }
}
