// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.PackedDataSet;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFilesTest {
    private static final byte[] BUNDLE = {1, 2, 3};
    private static final long PLENTY = 1 << 20;

    @TempDir
    private Path folder;

    private Store store;
    private Contents contents;
    private JobOrder order;

    @BeforeEach
    void submit() throws IOException {
        store = Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        // No room but for what is in use: every fetch removes what it can.
        contents = store.contents(new ContentLimits(PLENTY, 1));
        Path packed = folder.resolve("data.zip");
        PackedDataSet.write(DataSets.shipped("shapes-calibration").limit(2), packed);
        order = new JobOrder(
                "pool",
                "me",
                "net",
                contents.put(Files.write(folder.resolve("bundle"), BUNDLE)),
                contents.put(packed),
                OptionalInt.empty());
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Two jobs at a time, and an upload, while there is no room for what was fetched. */
    @Test
    void shouldRemoveNothingThatIsInUse() throws IOException {
        JobFiles files = JobFiles.in(folder.resolve("jobs"), PLENTY);
        Path upload = Files.write(files.uploads().resolve("upload-1"), new byte[5000]);
        try (JobFiles.Open first = files.open(contents, order);
                JobFiles.Open second = files.open(contents, order)) {
            assertArrayEquals(BUNDLE, Files.readAllBytes(second.bundle()));
            assertEquals(2, DataSets.open(first.data()).size());
            assertEquals(2, DataSets.open(second.data()).size());
            assertTrue(Files.exists(upload));
        }
    }

    @Test
    void shouldRemoveWhatAKilledAgentLeft() throws IOException {
        JobFiles files = JobFiles.in(folder.resolve("jobs"), PLENTY);
        Path fetched;
        try (JobFiles.Open job = files.open(contents, order)) {
            fetched = job.bundle();
        }
        // Its process id is this one's by now, but not its start.
        String name = "hilda-agent-" + ProcessHandle.current().pid() + "-1-23";
        Path killed = Files.createDirectories(folder.resolve("jobs/agents").resolve(name));
        Files.write(Files.createDirectory(killed.resolve("uploads")).resolve("upload-1"), new byte[5000]);

        JobFiles.in(folder.resolve("jobs"), PLENTY);

        assertFalse(Files.exists(killed));
        assertTrue(Files.exists(fetched), "what was fetched is kept");
    }

    @Test
    void shouldLeaveAloneWhatIsAnotherAgents() throws IOException {
        JobFiles files = JobFiles.in(folder.resolve("jobs"), PLENTY);
        Path upload = Files.write(files.uploads().resolve("upload-1"), new byte[5000]);
        try (JobFiles.Open job = files.open(contents, order)) {
            JobFiles.in(folder.resolve("jobs"), PLENTY).close();

            assertEquals(2, DataSets.open(job.data()).size());
            assertTrue(Files.exists(upload));
        }
        files.close();
        assertFalse(Files.exists(upload));
    }
}
