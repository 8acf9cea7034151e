// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda publish}: sends results that found no broker. */
@Command(
        name = "publish",
        description = "Sends the results that no broker has yet, the oldest first, to the topics of their runs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda publish --mqtt mqtt://127.0.0.1:1883",
            "  hilda publish --mqtt mqtt://127.0.0.1:1883 --since 120"
        })
public final class PublishCommand implements Callable<Integer> {
    private final BenchStore benchStore;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOption broker;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--since",
            paramLabel = "NUMBER",
            description =
                    "Send again what the bench has published from this bench_sequence on, for a reader that missed"
                            + " some; readers tell by run_id what they have.")
    private Optional<Long> since;

    @Option(
            names = "--bench",
            paramLabel = "NAME",
            description = "Whose results --since means; default: the host name.")
    private Optional<String> bench;

    public PublishCommand() {
        this(System.getenv());
    }

    PublishCommand(Map<String, String> environment) {
        this.benchStore = new BenchStore(environment);
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
        if (since.isPresent() && since.get() < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--since: expected a number from 1 on, got " + since.get());
        }
        return RunOutput.result(spec.commandLine(), json, () -> {
            try (Store store = benchStore.open(spec.commandLine().getErr())) {
                return send(store, address);
            }
        });
    }

    private static String lines(List<Sent> sent) {
        return sent.stream().map(Sent::line).collect(Collectors.joining("\n"));
    }

    private String send(Store store, BrokerAddress address) {
        List<Sent> sent = new ArrayList<>();
        try {
            send(store, address, sent);
            int waiting = store.outbox().size();
            if (json) {
                return JsonOutput.of(new Document(address.toString(), sent, waiting));
            }
            return sent.isEmpty() ? "nothing was sent, " + waiting + " results wait" : lines(sent);
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.STORE, "send what waits")
                    .expected("a store that can be written")
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("make room, and try again")
                    .cause(e)
                    .failure();
        } catch (BenchFailure failure) {
            if (!json && !sent.isEmpty()) {
                spec.commandLine().getOut().println(TerminalText.harmless(lines(sent)));
            }
            throw failure;
        }
    }

    private void send(Store store, BrokerAddress address, List<Sent> sent) throws IOException {
        if (since.isEmpty() && store.outbox().size() == 0) {
            return;
        }
        try (BrokerConnection connection = BrokerConnection.open(address, Optional.empty())) {
            Consumer<Result> sender = result -> {
                List<Message> messages = ResultMessages.of(result);
                messages.forEach(connection::publish);
                sent.add(Sent.of(result, messages));
            };
            if (since.isPresent()) {
                String name = bench.orElseGet(() -> Topics.levelOf(BoardOptions.hostName()));
                store.replay(name, since.get(), sender, this::remark);
            } else {
                store.outbox().send(sender, this::remark);
            }
        }
    }

    private void remark(String text) {
        spec.commandLine().getErr().println(TerminalText.harmless("hilda: " + text));
        spec.commandLine().getErr().flush();
    }
}
