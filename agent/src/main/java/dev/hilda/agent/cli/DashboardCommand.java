// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.dashboard.AgentControl;
import dev.hilda.agent.dashboard.BoardControl;
import dev.hilda.agent.dashboard.Dashboard;
import dev.hilda.agent.dashboard.Door;
import dev.hilda.agent.dashboard.StoredHistory;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.agent.http.Access;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.http.ApiServer;
import dev.hilda.agent.http.SignIn;
import dev.hilda.agent.process.AtExit;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoreAddress;
import dev.hilda.profile.UserFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda dashboard}: a page of what all benches of a broker do. */
@Command(
        name = "dashboard",
        description = "Shows on a page what benches publish, live and of earlier, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda dashboard --mqtt mqtt://127.0.0.1:1883",
            "  hilda dashboard --mqtt mqtts://dashboard@broker --mqtt-password-file FILE --agent http://127.0.0.1:8460",
        })
public final class DashboardCommand implements Callable<Integer> {
    /** Of its own: what a dashboard hears is no result of this user's bench. */
    private static final String FOLDER = "dashboard";

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOption broker;

    @Mixin
    private ListenOption listen;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description = "Keeps the results that were heard; default: dashboard/hilda.db in the folder of your state.")
    private Optional<Path> file;

    @Option(
            names = "--agent",
            paramLabel = "URL",
            description = "An agent whose boards can be reserved on the page, http[s]://HOST[:PORT]; may be repeated.")
    private List<String> agents = new ArrayList<>();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "The first line of this file is the token for the agents; one for all, or one for each --agent"
                            + " in that order; default: that of an agent that you run yourself.")
    private List<Path> tokenFiles = new ArrayList<>();

    @Option(
            names = "--agent-ca",
            paramLabel = "FILE.pem",
            description = "For https: who may have signed the agents' certificates; default: Java's authorities.")
    private Optional<Path> authorities;

    @Override
    public Integer call() throws InterruptedException {
        BrokerAddress address = broker.address();
        BoardControl control = control();
        listen.check();
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtExit.Registration signal = AtExit.ofThisJvm().letEnd(() -> {
            ending.countDown();
            awaitEnd(ended);
        });
        try {
            serve(address, control, ending);
        } finally {
            ended.countDown();
            signal.withdraw();
        }
        return ExitCode.OK.code();
    }

    private void serve(BrokerAddress address, BoardControl control, CountDownLatch ending) throws InterruptedException {
        try (Store store = openStore();
                Dashboard dashboard = new Dashboard(
                        Optional.of(will -> BrokerConnection.open(address, will)),
                        Optional.empty(),
                        new StoredHistory(store, true),
                        control,
                        door(store),
                        this::remark);
                ApiServer server = ApiServer.start(
                        listen.address(),
                        listen.tls(),
                        dashboard.routes(),
                        access(store),
                        store.tokens()::audit,
                        new LongAdder())) {
            remark("dashboard of " + address + " at " + server.url() + "/; Ctrl-C ends it");
            ending.await();
        }
    }

    private static void awaitEnd(CountDownLatch ended) {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Door door(Store store) {
        return listen.asksToken() ? Door.byToken(new SignIn(access(store), listen.isTls())) : Door.open();
    }

    private static Access access(Store store) {
        return secret -> store.tokens().find(secret).flatMap(RunningAgent::caller);
    }

    private Store openStore() {
        BenchStore place = new BenchStore(System.getenv());
        Path named = file.orElseGet(() -> PrivateFolder.require(
                        UserFolders.of(System.getenv()).state().resolve(FOLDER))
                .resolve(Store.FILE_NAME));
        return place.open(StoreAddress.of(named), spec.commandLine().getErr());
    }

    private BoardControl control() {
        if (tokenFiles.size() > 1 && tokenFiles.size() != agents.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--token-file: expected one, or one for each --agent, got " + tokenFiles.size() + " for "
                            + agents.size());
        }
        List<ApiClient> clients = new ArrayList<>();
        for (int i = 0; i < agents.size(); i++) {
            Optional<Path> token = tokenFiles.isEmpty()
                    ? Optional.empty()
                    : Optional.of(tokenFiles.get(tokenFiles.size() == 1 ? 0 : i));
            clients.add(AgentOption.client(spec.commandLine(), agents.get(i), token, authorities));
        }
        return clients.isEmpty() ? BoardControl.NONE : new AgentControl(clients);
    }

    private void remark(String text) {
        spec.commandLine().getErr().println("hilda: " + TerminalText.harmless(text));
        spec.commandLine().getErr().flush();
    }
}
