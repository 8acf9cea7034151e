// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.daemon.BenchAgent;
import dev.hilda.agent.daemon.BenchApi;
import dev.hilda.agent.daemon.BenchConfiguration;
import dev.hilda.agent.daemon.BenchConfiguration.Listening;
import dev.hilda.agent.daemon.JobFiles;
import dev.hilda.agent.daemon.NightApi;
import dev.hilda.agent.dashboard.Dashboard;
import dev.hilda.agent.dashboard.Door;
import dev.hilda.agent.dashboard.StoredHistory;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.folder.PasswordFile;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.http.Access;
import dev.hilda.agent.http.ApiServer;
import dev.hilda.agent.http.Caller;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.http.SignIn;
import dev.hilda.agent.http.Trust;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.process.AtExit;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerConnection;
import dev.hilda.agent.run.BenchHost;
import dev.hilda.agent.run.Delivery;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoredTokens;
import dev.hilda.agent.suite.Suite;
import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent with its store and its API, from its start to the signal that ends it. */
final class RunningAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningAgent.class);
    /** Begins the name of the token of the user that runs an agent; its host follows, as a store may be shared. */
    private static final String OWN_NAME = "local-";

    private final Path file;
    private final PrintWriter err;
    private final Map<String, String> environment;
    private final BundleSource source;
    private final BlockingQueue<String> reloads = new LinkedBlockingQueue<>();
    private final LongAdder refusals = new LongAdder();
    private @Nullable BenchConfiguration configured;
    private @Nullable Store store;
    private @Nullable BenchAgent agent;
    private @Nullable AgentNights nights;
    private @Nullable Dashboard page;
    private @Nullable ApiServer server;

    /**
     * Not yet started.
     *
     * @param file that is read again when that is asked for
     * @param environment names its folders
     * @param source makes bundles of what its suites name
     */
    RunningAgent(Path file, PrintWriter err, Map<String, String> environment, BundleSource source) {
        this.file = file;
        this.err = err;
        this.environment = environment;
        this.source = source;
    }

    /**
     * Starts; when it cannot, nothing is left running.
     *
     * @throws BenchFailure that says why
     */
    synchronized void start(BenchConfiguration configuration) {
        Map<String, Suite> suites = AgentNights.read(configuration);
        Path state = UserFolders.of(environment).state();
        Path cache = PrivateFolder.require(UserFolders.of(environment).cache().resolve("jobs"));
        BenchStore place = new BenchStore(environment);
        Store open =
                configuration.store().map(address -> place.open(address, err)).orElseGet(() -> place.open(err));
        store = open;
        AgentStores stores = new AgentStores(
                open,
                new ContentLimits(
                        configuration.limits().uploadBytes(),
                        configuration.limits().cacheBytes()),
                queueOptions(configuration),
                configuration.broker().isPresent(),
                this::remark);
        HostBench host = new HostBench(
                BoardDiscovery.ofThisHost(environment),
                configuration.broker().map(broker -> new Delivery(broker, false, open.outbox(configuration.bench()))),
                environment);
        BenchHost self = new BenchHost(BoardOptions.hostName(), VersionResource.version(), VersionResource.commit());
        JobFiles files = files(cache, configuration.limits().uploadBytes());
        BenchAgent started = BenchAgent.start(
                configuration, AgentCommand.profiles(), host, self, stores, files, state.resolve("line-rates.json"));
        agent = started;
        AgentNights night = AgentNights.start(
                configuration, suites, open, new SuiteOrders(source, stores.contents()::put, this::remark), started);
        nights = night;
        BenchApi api = new BenchApi(
                started, stores, files.uploads(), configuration.limits().uploadBytes(), reloads::add, refusals);
        Access access = secret -> open.tokens().find(secret).flatMap(RunningAgent::caller);
        Dashboard shown = page(configuration, open, started, access);
        page = shown;
        List<Route> routes = new ArrayList<>(api.routes());
        routes.addAll(new NightApi(night).routes());
        routes.addAll(shown.routes());
        ApiServer listening = ApiServer.start(
                new InetSocketAddress(
                        configuration.listening().host(),
                        configuration.listening().port()),
                tls(configuration.listening()),
                routes,
                access,
                open.tokens()::audit,
                refusals);
        server = listening;
        configured = configuration;
        writeOwnToken(open.tokens(), state.resolve(AgentOption.OWN_TOKEN));
        remark("bench " + configuration.bench() + " serves at " + listening.url() + "; Ctrl-C stops it");
    }

    /** The bench's own page: for whoever has a token, as all that is served here. */
    private Dashboard page(BenchConfiguration configuration, Store open, BenchAgent started, Access access) {
        Listening listening = configuration.listening();
        boolean isTls = listening.certificate().isPresent() || listening.isBehindProxy();
        return new Dashboard(
                configuration.broker().map(broker -> will -> BrokerConnection.open(broker, will)),
                Optional.of(configuration.bench()),
                new StoredHistory(open, false),
                new ServedBoards(started),
                Door.byToken(new SignIn(access, isTls)),
                text -> LOG.warn("{}", text));
    }

    private static JobFiles files(Path folder, long mostBytes) {
        try {
            return JobFiles.in(folder, mostBytes);
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.BENCH, "use the folder " + folder)
                    .expected("a folder that this user may write")
                    .actual(e.toString())
                    .remedy("make room there, or let XDG_CACHE_HOME name a folder of your own")
                    .cause(e)
                    .failure();
        }
    }

    private static QueueOptions queueOptions(BenchConfiguration configuration) {
        QueueOptions usual = QueueOptions.of(configuration.bench());
        return new QueueOptions(
                usual.agent(),
                configuration.broker().isPresent(),
                usual.poll(),
                configuration.patience().dead(),
                usual.avoidance(),
                usual.patience());
    }

    private static Optional<SSLContext> tls(Listening listening) {
        return listening.certificate().map(certificate -> {
            try {
                return Trust.ofAgent(certificate.keyStore(), new PasswordFile(certificate.passwordFile()).password());
            } catch (IllegalArgumentException e) {
                throw BenchFailure.of(FailureKind.CONFIGURATION, "use the key of listen")
                        .actual(String.valueOf(e.getMessage()))
                        .remedy("correct keystore and keystore_password_file")
                        .cause(e)
                        .failure();
            }
        });
    }

    static Optional<Caller> caller(StoredTokens.Summary token) {
        return Arrays.stream(Role.values())
                .filter(role -> role.label().equals(token.role()))
                .map(role -> new Caller(token.name(), role))
                .findFirst();
    }

    /** Who the user is that runs an agent of this host. */
    static String ownName() {
        return Topics.levelOf(OWN_NAME + BoardOptions.hostName());
    }

    /** Whoever runs the agent may ask it anything, as long as it runs. */
    private void writeOwnToken(StoredTokens tokens, Path place) {
        tokens.revoke(ownName());
        String secret = tokens.create(ownName(), Role.APPROVE.label()).orElseThrow();
        try {
            WholeFile.writePrivate(place, (secret + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            remark("no token for this user: " + e + "; hilda token create makes one");
        }
    }

    /** Until a signal ends the program, which lets the jobs in work end first. */
    void serve() throws InterruptedException {
        AtExit.Registration ending = AtExit.ofThisJvm().letEnd(this::stop);
        try {
            while (true) {
                LOG.info("reload asked for by {}", reloads.take());
                reload(Objects.requireNonNull(configured));
            }
        } finally {
            ending.withdraw();
        }
    }

    private void stop() {
        remark("stopping after the jobs in work");
        close();
    }

    /** What is wrong with the new configuration leaves the old one in force. */
    private void reload(BenchConfiguration old) {
        try {
            BenchConfiguration next = AgentCommand.read(file);
            remark("reading " + file + " again, after the jobs in work");
            restart(next);
        } catch (BenchFailure wrong) {
            remark(wrong.getMessage() + "\n  the old configuration stays in force");
            if (configured == null) {
                restart(old);
            }
        }
    }

    private void restart(BenchConfiguration next) {
        close();
        start(next);
    }

    private void remark(String text) {
        err.println("hilda: " + TerminalText.harmless(text));
        err.flush();
    }

    @Override
    public synchronized void close() {
        configured = null;
        ApiServer listening = server;
        if (listening != null) {
            server = null;
            listening.close();
        }
        AgentNights night = nights;
        if (night != null) {
            nights = null;
            night.close();
        }
        Dashboard shown = page;
        if (shown != null) {
            page = null;
            shown.close();
        }
        BenchAgent running = agent;
        if (running != null) {
            agent = null;
            running.close();
        }
        Store open = store;
        if (open != null) {
            store = null;
            open.close();
        }
    }
}
