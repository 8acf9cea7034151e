// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobState;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores of every schema that a program has written are brought to this one's, with all that is in them. */
@Timeout(60)
class MigrationsTest {
    private static final String FIRST = "00000000-0000-4000-8000-000000000001";
    private static final String SECOND = "00000000-0000-4000-8000-000000000002";

    @TempDir
    private Path folder;

    private Store store() {
        return Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
    }

    private void make(String fixture) throws Exception {
        try (InputStream script = MigrationsTest.class.getResourceAsStream(fixture);
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hilda.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldKeepWhatAStoreOfSchema1Holds() throws Exception {
        make("schema-1.sql");
        try (Store store = store()) {
            List<RunSummary> runs = store.runs(new RunQuery(Optional.empty(), Optional.empty(), 9));
            assertEquals(
                    List.of(SECOND, FIRST), runs.stream().map(RunSummary::runId).toList());
            assertTrue(runs.get(1).isPublished() && !runs.get(0).isPublished());
            assertEquals(Instant.parse("2026-11-01T10:00:00Z"), runs.get(1).time());
            assertTrue(store.document(FIRST).orElseThrow().contains("\"run_id\":\"" + FIRST + "\""));
            assertEquals(2, store.outcomes(SECOND).size());
            assertEquals(1, store.outbox().size());
            assertEquals(List.of(), store.care().verify());
            Path file = Files.writeString(folder.resolve("content"), "anything");
            String content = store.contents(ContentLimits.DEFAULT).put(file);
            JobOrder order = new JobOrder("pool", "tester", "x", content, content, OptionalInt.empty());
            assertEquals(JobState.QUEUED, store.jobs().submit(order).state());
            String next = new MadeResults(folder).keep(store.results(true), "bench", "B1", true);
            assertTrue(store.document(next).orElseThrow().contains("\"bench_sequence\":3"));
        }
        try (Store again = store()) {
            assertEquals(
                    3,
                    again.runs(new RunQuery(Optional.empty(), Optional.empty(), 9))
                            .size());
        }
    }
}
