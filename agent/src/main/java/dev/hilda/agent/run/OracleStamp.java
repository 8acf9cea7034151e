// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What this program's oracle is: a hash of all code that its outputs depend on, so that no change of it goes unnoticed. */
final class OracleStamp {
    private static final List<Class<?>> PACKAGES = List.of(DataSet.class, IntegerNetwork.class, Oracle.class);

    /** Read once; empty where the code cannot be read. */
    static final Optional<String> OF_THIS_PROGRAM = read();

    private OracleStamp() {}

    private static Optional<String> read() {
        CodeSource source = Oracle.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            Path place = Path.of(source.getLocation().toURI());
            if (Files.isDirectory(place)) {
                return Optional.of(of(place));
            }
            try (FileSystem archive = FileSystems.newFileSystem(place)) {
                return Optional.of(of(archive.getPath("/")));
            }
        } catch (IOException | URISyntaxException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** @param root of the folders of classes */
    static String of(Path root) throws IOException {
        Sha256 hash = new Sha256();
        for (Class<?> one : PACKAGES) {
            Path folder = root.resolve(one.getPackageName().replace('.', '/'));
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    hash.add(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                    hash.add(Sha256.of(file).getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
        return hash.hex();
    }
}
