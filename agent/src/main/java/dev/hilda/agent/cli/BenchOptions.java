// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.run.Attendance;
import dev.hilda.agent.run.BenchPorts;
import dev.hilda.agent.run.Delivery;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.KeptImages;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.store.Store;
import dev.hilda.profile.BoardProfile;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that runs something on a board. */
final class BenchOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private BoardOptions board;

    @Mixin
    private BrokerOption broker;

    @Option(
            names = "--no-publish",
            description = "Tell no broker; the result is only kept and printed. (Without this, --mqtt and HILDA_MQTT, a"
                    + " result that finds no broker waits for hilda publish.)")
    private boolean unpublished;

    @Option(names = "--bench", paramLabel = "NAME", description = "This bench in the topics; default: the host name.")
    private Optional<String> bench;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    private @Nullable Store store;

    /** Refuses values that no run can use. */
    void check() {
        board.check();
        if (unpublished && broker.isGiven()) {
            throw new ParameterException(spec.commandLine(), "--no-publish: expected nothing beside --mqtt");
        }
        broker.address();
        bench();
    }

    /**
     * The profile named by the user.
     *
     * @throws BenchFailure of kind {@link FailureKind#PROFILE} when it is verified on nothing and the user did not allow that
     */
    BoardProfile profile() {
        return board.profile();
    }

    Optional<String> serial() {
        return board.serial();
    }

    HostBench hostBench() {
        return hostBench(delivery());
    }

    /** A bench that tells only the broker that the user named: what is done there is no measurement to compare. */
    HostBench quietHostBench() {
        return hostBench(delivery().filter(Delivery::isRequired));
    }

    private static HostBench hostBench(Optional<Delivery> delivery) {
        return new HostBench(BoardDiscovery.ofThisHost(System.getenv()), delivery, System.getenv());
    }

    private Optional<Delivery> delivery() {
        return unpublished
                ? Optional.empty()
                : Optional.of(new Delivery(broker.address(), broker.isChosen(System.getenv()), store().outbox()));
    }

    /**
     * What is asked of a board.
     *
     * @param host as it was made of these options
     */
    RunRequest request(BoardProfile profile, AttachedBoard attached, HostBench host) {
        return board.request(
                profile,
                attached,
                bench(),
                store().results(host.broker().isPresent()),
                LeasedBoards.of(store().leases()));
    }

    /** The boards of that bench, with what is flashed onto them noted. */
    BenchPorts ports(HostBench host) {
        return new KeptImages(host, store().flashes(), Attendance.ATTENDED);
    }

    /** Open until the program ends. */
    private Store store() {
        Store open = store;
        if (open == null) {
            open = new BenchStore(System.getenv()).open(spec.commandLine().getErr());
            store = open;
        }
        return open;
    }

    /** This bench, as one topic level. */
    private String bench() {
        if (bench.isPresent() && !Topics.isLevel(bench.get())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--bench: expected letters, digits, dots, hyphens and underscores, got \"" + bench.get() + "\"");
        }
        return bench.orElseGet(() -> Topics.levelOf(BoardOptions.hostName()));
    }

    boolean json() {
        return json;
    }

    /** Refuses a value outside of 1 to {@code most}. */
    void requireRange(String option, int value, int most) {
        board.requireRange(option, value, most);
    }
}
