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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of jobs on this host.
 *
 * @param folder of what was fetched; private
 * @param mostBytes of a data set, unpacked
 */
public record JobFiles(Path folder, long mostBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(JobFiles.class);

    /** In a folder, from which what jobs left that were killed is removed. */
    public static JobFiles in(Path folder, long mostBytes) {
        JobFiles files = new JobFiles(folder, mostBytes);
        files.clean();
        return files;
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
        Path bundle = contents.fetch(order.bundleSha256(), folder);
        Path packed = contents.fetch(order.dataSha256(), folder);
        Path unpacked = Files.createTempDirectory(folder, "unpacked-");
        try {
            return new Open(bundle, PackedDataSet.unpack(packed, unpacked, mostBytes), unpacked);
        } catch (IOException | RuntimeException e) {
            remove(unpacked);
            throw e;
        }
    }

    /** What cannot be removed is tried again at the next start. */
    private void clean() {
        try (Stream<Path> left = Files.list(folder)) {
            for (Path each : left.filter(path -> path.getFileName().toString().startsWith("unpacked-"))
                    .toList()) {
                remove(each);
            }
        } catch (IOException e) {
            LOG.warn("{}", e.toString());
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
