// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.result.Outbox;
import dev.hilda.agent.result.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda publish}: sends results that found no broker. */
@Command(
        name = "publish",
        description = "Sends the results of runs that found no broker, the oldest first, to the topics of their runs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda publish --mqtt mqtt://127.0.0.1:1883")
public final class PublishCommand implements Callable<Integer> {
    private final Outbox outbox;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOption broker;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public PublishCommand() {
        this(BenchOptions.outbox());
    }

    PublishCommand(Outbox outbox) {
        this.outbox = outbox;
    }

    /** A result that was sent. */
    private record Sent(String runId, String time, String model, String board, List<String> topics) {
        private static Sent of(Result result, List<Message> messages) {
            return new Sent(
                    result.run().runId(),
                    result.run().time().toString(),
                    result.subject(),
                    result.run().board(),
                    messages.stream().map(Message::topic).toList());
        }

        private String line() {
            return "sent " + model + " on " + board + " of " + time + ": " + String.join(", ", topics);
        }
    }

    private record Document(String broker, List<Sent> sent, int waiting) {}

    @Override
    public Integer call() throws InterruptedException {
        BrokerAddress address = broker.address();
        return RunOutput.result(spec.commandLine(), json, () -> {
            List<Sent> sent = new ArrayList<>();
            try {
                send(address, sent);
            } catch (BenchFailure failure) {
                if (!json && !sent.isEmpty()) {
                    spec.commandLine().getOut().println(TerminalText.harmless(lines(sent)));
                }
                throw failure;
            }
            if (json) {
                return JsonOutput.of(new Document(address.toString(), sent, waiting()));
            }
            return sent.isEmpty() ? "nothing was sent, " + waiting() + " results wait" : lines(sent);
        });
    }

    private static String lines(List<Sent> sent) {
        return sent.stream().map(Sent::line).collect(Collectors.joining("\n"));
    }

    private void send(BrokerAddress address, List<Sent> sent) {
        if (waiting() == 0) {
            return;
        }
        try (MqttConnection connection = MqttConnection.open(address, Optional.empty())) {
            outbox.send(
                    result -> {
                        List<Message> messages = ResultMessages.of(result);
                        messages.forEach(connection::publish);
                        sent.add(Sent.of(result, messages));
                    },
                    this::remark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int waiting() {
        try {
            return outbox.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remark(String text) {
        spec.commandLine().getErr().println(TerminalText.harmless("hilda: " + text));
        spec.commandLine().getErr().flush();
    }
}
