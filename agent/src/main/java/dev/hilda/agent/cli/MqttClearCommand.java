// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import dev.hilda.agent.publish.mqtt.RetainedTopics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda mqtt clear}: makes a broker forget boards that are gone. */
@Command(
        name = "clear",
        description = {
            "Removes what a broker keeps (status, latest results, times of layers) of boards that are gone: whose"
                    + " bench is not online, or has lost them. Lists it and asks first.",
            "A bench is online while something runs at it: between runs its boards count as gone, see --bench and"
                    + " --board. Results in the store stay."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda mqtt clear --mqtt mqtt://127.0.0.1:1883 --bench lab")
public final class MqttClearCommand implements Callable<Integer> {
    private static final Duration QUIET = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOption broker;

    @Option(names = "--bench", paramLabel = "NAME", description = "Only of this bench.")
    private Optional<String> bench;

    @Option(names = "--board", paramLabel = "NAME", description = "Only of this board: PROFILE-SERIAL, as in watch.")
    private Optional<String> board;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON object; with --yes only.")
    private boolean json;

    private record Cleared(String broker, List<String> cleared) {}

    @Override
    public Integer call() throws InterruptedException {
        requireLevel("--bench", bench);
        requireLevel("--board", board);
        if (json && !yes) {
            throw new ParameterException(spec.commandLine(), "--json: expected --yes with it, as nobody can be asked");
        }
        BrokerAddress address = broker.address();
        return RunOutput.result(spec.commandLine(), json, () -> {
            List<String> cleared = clear(address);
            return json
                    ? JsonOutput.of(new Cleared(address.toString(), cleared))
                    : cleared.size() + " topics removed at " + address;
        });
    }

    private List<String> clear(BrokerAddress address) throws InterruptedException {
        try (BrokerConnection connection = BrokerConnection.open(address, Optional.empty())) {
            RetainedTopics kept = RetainedTopics.of(connection, bench, QUIET);
            kept.listen();
            List<String> listed = kept.gone(board);
            if (listed.isEmpty() || !(yes || isWanted(listed))) {
                return List.of();
            }
            // A board may have come back while somebody was thinking.
            kept.listen();
            List<String> gone = new ArrayList<>(kept.gone(board));
            gone.retainAll(listed);
            kept.clear(gone);
            return gone;
        }
    }

    private boolean isWanted(List<String> topics) {
        topics.forEach(topic -> spec.commandLine().getOut().println(TerminalText.harmless(topic)));
        spec.commandLine().getOut().flush();
        spec.commandLine().getErr().print("Remove these " + topics.size() + " topics? [y/N] ");
        spec.commandLine().getErr().flush();
        String answer = answer();
        if (answer == null) {
            throw new ParameterException(spec.commandLine(), "nobody to ask whether to remove them: expected --yes");
        }
        return answer.strip().equalsIgnoreCase("y");
    }

    private static @Nullable String answer() {
        try {
            return new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireLevel(String option, Optional<String> value) {
        if (value.isPresent() && !Topics.isLevel(value.get())) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": expected letters, digits, dots, hyphens and underscores, got \"" + value.get() + "\"");
        }
    }
}
