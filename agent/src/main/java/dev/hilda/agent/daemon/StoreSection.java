// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.store.ServerAddress;
import dev.hilda.agent.store.StoreAddress;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.util.Optional;

/** The section {@code store}: a file elsewhere, or a server that several benches share. */
record StoreSection(YamlSection section, ConfiguredPaths paths) {
    private static final String FILE = "file";
    private static final String URL = "url";

    Optional<StoreAddress> read() {
        Optional<String> file = section.optionalText(FILE, "\\S.*", "a path");
        Optional<String> url = section.optionalText(URL, "\\S+", "jdbc:postgresql://HOST/DATABASE?sslmode=verify-full");
        Optional<String> user = section.optionalText("user", "\\S+", "a name");
        Optional<Path> password = paths.optional(section, "password_file");
        if (file.isPresent() == url.isPresent()) {
            section.wrong(
                    file.isPresent() ? FILE : "",
                    "one of file and url",
                    file.isPresent() ? "both" : "none",
                    "name one");
        } else if (url.isPresent() && (user.isEmpty() || password.isEmpty())) {
            section.wrong(URL, "user and password_file beside url", "not both", "add them");
        }
        if (!section.finish()) {
            return Optional.empty();
        }
        return url.isPresent()
                ? server(url.get(), user.orElseThrow(), password.orElseThrow())
                : file.map(path -> StoreAddress.of(paths.folder().resolve(path)));
    }

    private Optional<StoreAddress> server(String url, String user, Path password) {
        try {
            return Optional.of(StoreAddress.of(new ServerAddress(url, user, password)));
        } catch (IllegalArgumentException e) {
            section.wrong(URL, "the address of a server", String.valueOf(e.getMessage()), "correct it");
            return Optional.empty();
        }
    }
}
