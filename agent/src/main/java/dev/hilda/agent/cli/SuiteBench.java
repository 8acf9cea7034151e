// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.suite.Suite;
import dev.hilda.agent.suite.SuiteReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The configuration of a bench of which only suites are known: the boards that their bundles are for. */
final class SuiteBench {
    private SuiteBench() {}

    /**
     * Writes one.
     *
     * @param state folder for it, and for its mornings' pages
     */
    static Path write(List<Path> suites, Path state) {
        TreeSet<String> profiles = new TreeSet<>();
        StringBuilder text = new StringBuilder("# Made anew each time by hilda agent --suite.\nboards:\n");
        for (Path file : suites) {
            for (Suite.Model model : SuiteReader.read(file).models()) {
                profiles.add(Bundle.read(model.file()).provenance().board());
            }
        }
        profiles.forEach(profile -> text.append("  - profile: ").append(profile).append('\n'));
        text.append("nights:\n  reports: ")
                .append(quoted(state.resolve("reports")))
                .append("\n  suites:\n");
        suites.forEach(file ->
                text.append("    - ").append(quoted(file.toAbsolutePath())).append('\n'));
        Path written = state.resolve("suite-bench.yaml");
        try {
            Files.createDirectories(state);
            WholeFile.write(written, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written;
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
