// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs later ones are held against, in any database. */
abstract class BaselinesContract {
    private static final String WHO = "me@here";

    @TempDir
    protected Path folder;

    private MadeResults made;
    private Store store;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @BeforeEach
    void begin() {
        made = new MadeResults(folder);
        store = Store.open(address(), "hilda 9.8.7", environment(), remark -> {});
    }

    @AfterEach
    void close() {
        store.close();
    }

    private String keep(String bench, String board) {
        return made.keep(store.results(false), bench, board, true);
    }

    private RunResult onData(String bench, String board, String dataSha256) {
        return made.onData(bench, board, dataSha256);
    }

    private Optional<String> baseline(RunResult result) {
        return store.baselines().of(result).map(Baseline::runId);
    }

    private RunResult run(String bench, String board) {
        return (RunResult) made.run(bench, board, true);
    }

    /** One line of the audit for all; one that cannot be promoted keeps back the others. */
    @Test
    void shouldPromoteAllOrNone() throws Exception {
        String first = keep("bench", "B1");
        RunResult other = onData("bench", "B1", "e".repeat(64));
        store.results(false).save(other, List.of());
        String failed = made.keep(store.results(false), "bench", "B2", false);
        assertThrows(BenchFailure.class, () -> store.baselines().promoteAll(List.of(first, failed), WHO, "a night"));
        assertEquals(List.of(), store.baselines().list());
        store.baselines().promoteAll(List.of(first, other.run().runId()), WHO, "a night");
        assertEquals(2, store.baselines().list().size());
        try (Database database = Database.open(address(), environment())) {
            assertEquals(
                    List.of(WHO + " promote runs " + first + ", " + other.run().runId() + ": a night"),
                    audit(database));
        }
    }

    @Test
    void shouldHoldRunsAgainstTheOneThatWasPromotedLast() throws SQLException {
        String first = keep("bench", "B1");
        String second = keep("bench", "B1");
        assertEquals(Optional.empty(), baseline(run("bench", "B1")));
        assertEquals(Optional.empty(), store.baselines().promote(first, WHO));
        assertEquals(Optional.of(first), baseline(run("bench", "B1")));
        assertEquals(Optional.of(first), store.baselines().promote(second, "other@there"));
        assertEquals(Optional.of(second), baseline(run("bench", "B1")));

        List<Baseline> baselines = store.baselines().list();
        assertEquals(1, baselines.size());
        assertEquals("other@there", baselines.get(0).promotedBy());
        assertEquals("small", baselines.get(0).subject());
        try (Database database = Database.open(address(), environment())) {
            assertEquals(
                    List.of(
                            "me@here promote run " + first,
                            "other@there promote run " + second + " in the place of " + first),
                    audit(database));
        }
    }

    private static List<String> audit(Database database) throws SQLException {
        return database.each(connection -> Rows.list(
                connection.prepareStatement("SELECT caller || ' ' || action FROM audit ORDER BY audit_key"),
                row -> row.getString(1)));
    }

    @Test
    void shouldKeepBenchesAndBoardsApart() {
        String one = keep("bench", "B1");
        store.baselines().promote(one, WHO);
        String other = keep("bench", "B2");
        store.baselines().promote(other, WHO);
        assertEquals(2, store.baselines().list().size());
        assertEquals(Optional.of(one), baseline(run("bench", "B1")));
        assertEquals(Optional.of(other), baseline(run("bench", "B2")));
        assertEquals(Optional.empty(), baseline(run("elsewhere", "B1")));
    }

    /** So that a changed data set is told as that. */
    @Test
    void shouldPreferTheSameDataSetAndElseTakeTheOneBefore() throws IOException {
        String known = keep("bench", "B1");
        store.baselines().promote(known, WHO);
        RunResult edited = onData("bench", "B1", "ed".repeat(32));
        assertEquals(Optional.of(known), baseline(edited));
        store.results(false).save(edited, List.of());
        assertEquals(Optional.empty(), store.baselines().promote(edited.run().runId(), WHO));
        assertEquals(Optional.of(edited.run().runId()), baseline(edited));
        assertEquals(Optional.of(known), baseline(run("bench", "B1")));
    }

    @Test
    void shouldPromoteOnlyWhatPassed() {
        String failed = made.keep(store.results(false), "bench", "B1", false);
        for (String run : List.of(failed, "none")) {
            BenchFailure refused =
                    assertThrows(BenchFailure.class, () -> store.baselines().promote(run, WHO));
            assertEquals(FailureKind.STORE, refused.kind());
        }
        assertEquals(List.of(), store.baselines().list());
    }

    @Test
    void shouldNotPruneABaseline() {
        String baseline = keep("bench", "B1");
        keep("bench", "B1");
        store.baselines().promote(baseline, WHO);
        Instant later = Instant.now().plusSeconds(60);
        assertEquals(1, store.care().prune(later, true));
        assertEquals(1, store.care().prune(later, false));
        assertEquals(2, store.outcomes(baseline).size());
        assertEquals(1, store.baselines().list().size());
        assertEquals(List.of(), store.care().verify());
    }
}
