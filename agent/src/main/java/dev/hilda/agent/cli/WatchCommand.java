// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda watch}: what benches publish, as it comes. */
@Command(
        name = "watch",
        description = "Prints what benches do, a line for each status, progress and result, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda watch --mqtt mqtt://127.0.0.1:1883 --bench lab")
public final class WatchCommand implements Callable<Integer> {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOption broker;

    @Option(names = "--bench", paramLabel = "NAME", description = "Only this bench.")
    private Optional<String> bench;

    @Option(
            names = "--board",
            paramLabel = "NAME",
            description = "Only this board: PROFILE-SERIAL, as the lines name it.")
    private Optional<String> board;

    @Option(names = "--json", description = "Print each message as one JSON object on a line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        requireLevel("--bench", bench);
        requireLevel("--board", board);
        BrokerAddress address = broker.address();
        PrintWriter out = spec.commandLine().getOut();
        boolean unread = false;
        try (BrokerConnection connection = BrokerConnection.open(address, Optional.empty())) {
            connection.subscribe(Topics.filter(bench, board));
            spec.commandLine().getErr().println("hilda: listening at " + address + ", Ctrl-C ends");
            while (connection.isConnected() && !unread) {
                Optional<Message> heard = connection.next(INTERVAL);
                heard.flatMap(message -> json
                                ? Optional.of(WatchLine.json(message))
                                : WatchLine.text(message, LocalTime.now(ZoneId.systemDefault())))
                        .ifPresent(out::println);
                unread = out.checkError() || System.out.checkError();
            }
        }
        if (unread) {
            return ExitCode.OK.code(); // The failure to write is told as that of any command.
        }
        throw BenchFailure.of(FailureKind.PUBLISH, "go on listening")
                .expected("the MQTT broker " + address)
                .actual("it has gone")
                .remedy("start it again, then hilda watch")
                .failure();
    }

    private void requireLevel(String option, Optional<String> value) {
        if (value.isPresent() && !Topics.isLevel(value.get())) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": expected letters, digits, dots, hyphens and underscores, got \"" + value.get() + "\"");
        }
    }
}
