// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A machine as checks see it. */
public interface Host {
    /** Where the file or folder of an absolute path is to be read. */
    Path at(String path);

    Map<String, String> environment();

    /** Runs as root, who may open every device. */
    boolean isRoot();

    /** Whether this user may write to a file or into a folder. */
    boolean mayWrite(String path);

    /** Free bytes where a file or folder is, or would be. */
    long freeBytes(String path);

    /** Where a program is, on the PATH or in {@code /usr/sbin}. */
    Optional<Path> program(String name);

    /** What a program prints on both outputs; empty where there is none, it fails or does not end. */
    Optional<String> answer(String... command) throws InterruptedException;

    /** Whether a TCP connection is taken. */
    boolean listens(String host, int port);

    /** Of the JVM. */
    int javaVersion();

    /** The text of a file; empty where there is none to be read. */
    default Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(at(path)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What is in a folder, as absolute paths; nothing where there is none to be read. */
    default List<String> children(String folder) {
        try (Stream<Path> files = Files.list(at(folder))) {
            return files.map(file -> folder + "/" + file.getFileName()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Whether a program of that name runs, whoever started it. */
    default boolean runs(String program) {
        return children("/proc").stream()
                .anyMatch(process -> text(process + "/comm").orElse("").strip().equals(program));
    }
}
