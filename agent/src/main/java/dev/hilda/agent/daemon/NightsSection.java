// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.daemon.BenchConfiguration.Nights;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The section {@code nights}. The suites themselves are read when the agent starts. */
record NightsSection(Optional<YamlSection> section, ConfiguredPaths paths) {
    Nights read() {
        return section.map(this::read).orElse(new Nights(List.of(), Optional.empty(), Optional.empty()));
    }

    private static List<String> texts(YamlSection given) {
        return given.keys().contains("suites") ? given.texts("suites", 0, "\\S.*", "a path") : List.of();
    }

    private Nights read(YamlSection given) {
        List<Path> suites = texts(given).stream().map(paths.folder()::resolve).toList();
        Optional<Path> reports =
                given.optionalText("reports", "\\S.*", "a path").map(paths.folder()::resolve);
        Optional<Path> webhook = paths.optional(given, "webhook_file");
        given.finish();
        return new Nights(suites, reports, webhook);
    }
}
