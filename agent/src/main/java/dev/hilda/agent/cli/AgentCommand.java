// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.daemon.BenchConfiguration;
import dev.hilda.agent.daemon.ConfigurationReader;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda agent}: the bench as a service. */
@Command(
        name = "agent",
        description = "Runs the jobs of its pools on the boards of this bench, until it is told to stop.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda agent --example > bench.yaml",
            "  hilda agent --config bench.yaml",
            "  SIGTERM and Ctrl-C stop it after the jobs in work."
        })
public final class AgentCommand implements Callable<Integer> {
    private static final String EXAMPLE = "bench.yaml";

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "What this bench is: see --example.")
    private Optional<Path> configuration;

    @Option(
            names = "--suite",
            paramLabel = "FILE.yaml",
            description =
                    "In the place of --config: a bench of all boards here that the bundles of this suite are for.")
    private List<Path> suites = List.of();

    @Option(names = "--check", description = "Say what is wrong with the configuration, and start nothing.")
    private boolean isCheck;

    @Option(
            names = "--reload",
            description = "Have an agent that runs read its configuration again, after the jobs in work.")
    private boolean isReload;

    @Mixin
    private AgentOption other;

    @Option(names = "--example", description = "Print a configuration with every key.")
    private boolean isExample;

    @Override
    public Integer call() throws InterruptedException {
        if (isExample) {
            spec.commandLine().getOut().print(example());
            return ExitCode.OK.code();
        }
        if (isReload) {
            other.client().post("/v1/reload", Map.of());
            return ExitCode.OK.code();
        }
        Path file = file();
        BenchConfiguration read = read(file);
        AgentNights.read(read);
        if (isCheck) {
            spec.commandLine().getOut().println("nothing is wrong with " + file);
            return ExitCode.OK.code();
        }
        try (RunningAgent agent =
                new RunningAgent(file, spec.commandLine().getErr(), System.getenv(), BundleSource::ofBundle)) {
            agent.start(read);
            agent.serve();
        }
        return ExitCode.OK.code();
    }

    private Path file() {
        if (configuration.isPresent() == !suites.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--config: expected a file, or --suite; --example prints one");
        }
        return configuration.orElseGet(() -> SuiteBench.write(
                suites, PrivateFolder.require(UserFolders.of(System.getenv()).state())));
    }

    /**
     * Reads a configuration.
     *
     * @throws dev.hilda.agent.board.BenchFailure with everything that is wrong with it
     */
    static BenchConfiguration read(Path file) {
        return ConfigurationReader.read(
                file, BoardOptions.hostName(), profiles().keySet());
    }

    /** All that this user has, by their names. */
    static Map<String, BoardProfile> profiles() {
        return ProfileCatalog.ofUser(System.getenv()).list().profiles().stream()
                .collect(Collectors.toMap(BoardProfile::name, profile -> profile));
    }

    private static String example() {
        try (InputStream text = AgentCommand.class.getResourceAsStream(EXAMPLE)) {
            if (text == null) {
                throw new IllegalStateException("no resource " + EXAMPLE);
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
