// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A program of tests for a JVM of its own, compiled once: from its source, each start would compile it. */
public final class CompiledProgram {
    private CompiledProgram() {}

    /**
     * Folder of its classes, gone with this JVM.
     *
     * @param source of its only class
     * @param jars folder of its libraries
     */
    public static Path of(Path source, Path jars) throws IOException {
        // The launcher of Java knows the wildcard, its compiler does not.
        try (Stream<Path> files = Files.list(jars)) {
            String libraries = files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .collect(Collectors.joining(":"));
            Path classes =
                    Files.createTempDirectory(Path.of("target"), "program").toAbsolutePath();
            int exitCode = ToolProvider.getSystemJavaCompiler()
                    .run(null, null, null, "-cp", libraries, "-d", classes.toString(), source.toString());
            classes.toFile().deleteOnExit();
            String name = String.valueOf(source.getFileName()).replace(".java", ".class");
            classes.resolve(name).toFile().deleteOnExit(); // before the folder: the last comes first
            if (exitCode != 0) {
                throw new IllegalStateException(source + " does not compile");
            }
            return classes;
        }
    }
}
