// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.daemon.BenchConfiguration;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoreAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names an agent's store, for commands that work on it where the agent runs. */
final class ServedStoreOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Of the agent, where it names another store.")
    private Optional<Path> configuration;

    @Option(names = "--store", paramLabel = "FILE", description = "Of a dashboard: its store.")
    private Optional<Path> file;

    Store open() {
        BenchStore store = new BenchStore(System.getenv());
        if (file.isPresent()) {
            return store.open(StoreAddress.of(file.get()), spec.commandLine().getErr());
        }
        return configuration
                .map(AgentCommand::read)
                .flatMap(BenchConfiguration::store)
                .map(address -> store.open(address, spec.commandLine().getErr()))
                .orElseGet(() -> store.open(spec.commandLine().getErr()));
    }
}
