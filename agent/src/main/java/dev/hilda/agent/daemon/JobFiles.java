// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.dataset.PackedDataSet;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of jobs on this host. What is fetched is shared by the agents of one user, and removed again, the oldest first, when
 * it becomes too much, so that nothing else may lie there; what is unpacked and uploaded is one agent's alone.
 *
 * @param fetched folder of what is fetched
 * @param own the agent's, gone with it
 * @param mostBytes of a data set, unpacked
 */
public record JobFiles(Path fetched, WorkFolder own, long mostBytes) implements AutoCloseable {
    /**
     * In a folder, from which what killed agents left is removed.
     *
     * @throws IOException when it cannot be written
     */
    public static JobFiles in(Path folder, long mostBytes) throws IOException {
        Path agents = Files.createDirectories(folder.resolve("agents"));
        WorkFolder.removeLeft(agents);
        JobFiles files = new JobFiles(folder.resolve("fetched"), WorkFolder.create(agents, "agent"), mostBytes);
        Files.createDirectory(files.unpacked());
        Files.createDirectory(files.uploads());
        return files;
    }

    private Path unpacked() {
        return own.path().resolve("unpacked");
    }

    /** Where files wait until their hash is known. */
    public Path uploads() {
        return own.path().resolve("uploads");
    }

    @Override
    public void close() throws IOException {
        own.close();
    }

    /**
     * Files of one job, for as long as it runs.
     *
     * @param data YAML of the data set
     */
    record Open(Path bundle, Path data, Path unpacked) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            remove(unpacked);
        }
    }

    /**
     * Fetches what a job needs.
     *
     * @throws IOException when it is not to be had
     */
    Open open(Contents contents, JobOrder order) throws IOException {
        Path packed = contents.fetch(order.dataSha256(), fetched);
        Path data = Files.createTempDirectory(unpacked(), "data-");
        try {
            Path yaml = PackedDataSet.unpack(packed, data, mostBytes);
            // Last: what is fetched after it may take its place.
            return new Open(contents.fetch(order.bundleSha256(), fetched), yaml, data);
        } catch (IOException | RuntimeException e) {
            remove(data);
            throw e;
        }
    }

    private static void remove(Path tree) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
