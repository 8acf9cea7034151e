// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.yaml.YamlSection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Paths in a configuration.
 *
 * @param folder that relative ones begin in
 */
record ConfiguredPaths(Path folder) {
    static ConfiguredPaths of(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return new ConfiguredPaths(parent == null ? Path.of("/") : parent);
    }

    /** A file that may be named, and is there then. */
    Optional<Path> optional(YamlSection section, String key) {
        return section.optionalText(key, "\\S.*", "a path")
                .filter(text -> !text.isEmpty())
                .map(folder::resolve)
                .filter(file -> isThere(section, key, file));
    }

    private static boolean isThere(YamlSection section, String key, Path file) {
        if (Files.isRegularFile(file) && Files.isReadable(file)) {
            return true;
        }
        section.wrong(key, "a file that this user may read", "none: " + file, "correct the path");
        return false;
    }
}
