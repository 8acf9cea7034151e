// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cache.ContentHash;
import dev.hilda.agent.cache.ResourceTree;
import dev.hilda.agent.cli.VersionResource;
import dev.hilda.agent.hash.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this program is: version, commit, and all of its code, since a commit says nothing of a tree with changes in it. */
final class ProgramCode {
    /** Read once, when it is first asked for. */
    static final String HASH = read();

    private ProgramCode() {}

    private static String read() {
        ContentHash hash = new ContentHash().add(VersionResource.version()).add(VersionResource.commit());
        ResourceTree.read("firmware-template").addTo(hash);
        for (Class<?> one : List.of(Bundle.class, Hilda.class)) {
            try {
                add(
                        Path.of(one.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()),
                        hash);
            } catch (IOException e) {
                throw new UncheckedIOException("HILDA's own code", e);
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return hash.hex();
    }

    /** @param place a jar, or a folder of classes */
    static void add(Path place, ContentHash hash) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                hash.add(place.relativize(file).toString()).add(Sha256.of(file));
            }
        }
    }
}
