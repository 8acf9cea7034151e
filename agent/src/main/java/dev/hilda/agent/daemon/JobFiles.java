// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.dataset.PackedDataSet;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.JobOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of jobs on this host, each kind in a folder of its own: what is fetched is removed again, the oldest first, when it
 * becomes too much, and nothing else may lie there.
 *
 * @param folder private
 * @param mostBytes of a data set, unpacked
 */
public record JobFiles(Path folder, long mostBytes) {
    /**
     * In a folder, from which what jobs and uploads left that were killed is removed.
     *
     * @throws IOException when it cannot be written
     */
    public static JobFiles in(Path folder, long mostBytes) throws IOException {
        JobFiles files = new JobFiles(folder, mostBytes);
        for (Path passing : List.of(files.unpacked(), files.uploads())) {
            if (Files.exists(passing)) {
                remove(passing);
            }
            Files.createDirectories(passing);
        }
        return files;
    }

    private Path fetched() {
        return folder.resolve("fetched");
    }

    private Path unpacked() {
        return folder.resolve("unpacked");
    }

    /** Where files wait until their hash is known. */
    public Path uploads() {
        return folder.resolve("uploads");
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
        Path packed = contents.fetch(order.dataSha256(), fetched());
        Path data = Files.createTempDirectory(unpacked(), "data-");
        try {
            Path yaml = PackedDataSet.unpack(packed, data, mostBytes);
            // Last: what is fetched after it may take its place.
            return new Open(contents.fetch(order.bundleSha256(), fetched()), yaml, data);
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
