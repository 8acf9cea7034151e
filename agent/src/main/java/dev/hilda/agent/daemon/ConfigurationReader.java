// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.folder.YamlFile;
import dev.hilda.agent.publish.Topics;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.util.Set;

/**
 * Reads the configuration of a bench strictly: everything that is wrong with it is told at once, each problem with its line.
 * Paths in it are relative to its folder.
 */
public final class ConfigurationReader {
    private final YamlSection root;
    private final ConfiguredPaths paths;
    private final String hostName;
    private final Set<String> profiles;

    private ConfigurationReader(YamlSection root, ConfiguredPaths paths, String hostName, Set<String> profiles) {
        this.root = root;
        this.paths = paths;
        this.hostName = hostName;
        this.profiles = profiles;
    }

    /**
     * Reads a file.
     *
     * @param hostName what the bench is called where the file does not say
     * @param profiles names that boards may have
     * @throws dev.hilda.agent.board.BenchFailure of kind {@code configuration} with every problem
     */
    public static BenchConfiguration read(Path file, String hostName, Set<String> profiles) {
        return new YamlFile(file, "configuration", "name it with --config; hilda agent --example prints one")
                .read(root ->
                        new ConfigurationReader(root, ConfiguredPaths.of(file), hostName, profiles).configuration());
    }

    private BenchConfiguration configuration() {
        String bench = root.optionalText("bench", "[A-Za-z0-9._-]{1,64}", "letters, digits, dots, hyphens, underscores")
                .orElse(Topics.levelOf(hostName));
        BenchConfiguration read = new BenchConfiguration(
                bench,
                new ListeningSection(root.optionalSection("listen"), paths).read(),
                root.optionalSection("store").flatMap(store -> new StoreSection(store, paths).read()),
                root.optionalSection("mqtt").flatMap(mqtt -> new BrokerSection(mqtt, paths).read()),
                new BoardSections(root.sections("boards", "profile"), paths, profiles).read(),
                new NightsSection(root.optionalSection("nights"), paths).read(),
                TimingSections.patience(root.optionalSection("patience")),
                TimingSections.quarantine(root.optionalSection("quarantine")),
                TimingSections.limits(root.optionalSection("limits")));
        root.finish();
        return read;
    }
}
