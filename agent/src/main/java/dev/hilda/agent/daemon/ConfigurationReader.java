// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.Topics;
import dev.hilda.yaml.Problem;
import dev.hilda.yaml.ProblemLog;
import dev.hilda.yaml.YamlDocument;
import dev.hilda.yaml.YamlSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the configuration of a bench strictly: everything that is wrong with it is told at once, each problem with its line.
 * Paths in it are relative to its folder.
 */
public final class ConfigurationReader {
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final ProblemLog log;
    private final YamlSection root;
    private final ConfiguredPaths paths;
    private final String hostName;
    private final Set<String> profiles;

    private ConfigurationReader(
            ProblemLog log, YamlSection root, ConfiguredPaths paths, String hostName, Set<String> profiles) {
        this.log = log;
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
     * @throws BenchFailure of kind {@link FailureKind#CONFIGURATION} with every problem
     */
    public static BenchConfiguration read(Path file, String hostName, Set<String> profiles) {
        byte[] content = content(file);
        ProblemLog log = new ProblemLog(file.toString(), "configuration", content);
        return document(content, log)
                .flatMap(root -> new ConfigurationReader(log, root, ConfiguredPaths.of(file), hostName, profiles)
                        .configuration())
                .orElseThrow(() -> refused(file, log.sorted()));
    }

    private static Optional<YamlSection> document(byte[] content, ProblemLog log) {
        Optional<YamlSection> root = YamlDocument.read(content, log);
        if (root.isEmpty() && log.count() == 0) {
            log.addAt("configuration", "keys and values", "an empty file", "write at least which boards are used");
        }
        return log.count() == 0 ? root : Optional.empty();
    }

    private static byte[] content(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw unreadable(file, "more than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e.toString());
        }
    }

    private static BenchFailure unreadable(Path file, String actual) {
        return BenchFailure.of(FailureKind.CONFIGURATION, "read " + file)
                .expected("a YAML file that this user may read")
                .actual(actual)
                .remedy("name it with --config; hilda agent --example prints one")
                .failure();
    }

    private static BenchFailure refused(Path file, List<Problem> problems) {
        String lines = problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        return BenchFailure.of(FailureKind.CONFIGURATION, "use the configuration " + file)
                .actual((problems.size() == 1 ? "1 problem" : problems.size() + " problems") + "\n" + lines)
                .remedy("correct them; nothing was started")
                .failure();
    }

    private Optional<BenchConfiguration> configuration() {
        String bench = root.optionalText("bench", "[A-Za-z0-9._-]{1,64}", "letters, digits, dots, hyphens, underscores")
                .orElse(Topics.levelOf(hostName));
        BenchConfiguration read = new BenchConfiguration(
                bench,
                new ListeningSection(root.optionalSection("listen"), paths).read(),
                root.optionalSection("store").flatMap(store -> new StoreSection(store, paths).read()),
                root.optionalSection("mqtt").flatMap(mqtt -> new BrokerSection(mqtt, paths).read()),
                new BoardSections(root.sections("boards", "profile"), paths, profiles).read(),
                TimingSections.patience(root.optionalSection("patience")),
                TimingSections.quarantine(root.optionalSection("quarantine")),
                TimingSections.limits(root.optionalSection("limits")));
        root.finish();
        return log.count() == 0 ? Optional.of(read) : Optional.empty();
    }
}
