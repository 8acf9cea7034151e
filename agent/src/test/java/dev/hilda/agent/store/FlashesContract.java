// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.WornFlash;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the store owes of flash, whatever database it is in. */
@Timeout(120)
abstract class FlashesContract {
    private static final long FIRST = 0x08000000L;
    private static final long SECOND = 0x08020000L;
    private static final String CHIP = "56495254000102030405ff07";

    @TempDir
    protected Path folder;

    private final List<Store> open = new ArrayList<>();
    private Store store;
    private MadeResults results;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Store another() {
        Store another = Store.open(
                address(),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        open.add(another);
        return another;
    }

    @BeforeEach
    void begin() {
        store = another();
        results = new MadeResults(folder);
    }

    @AfterEach
    void close() {
        open.forEach(Store::close);
    }

    private static FlashWear wear(Long... sectors) {
        return new FlashWear(CHIP, List.of(sectors), 100);
    }

    /** Rows of the view, in the order of its documentation. */
    private List<String> view() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Database database = Database.open(
                        address(),
                        Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()));
                Connection connection = database.open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT unique_id, board, board_serial, sector_address, erases,"
                        + " flash_endurance_cycles, endurance_share FROM v_wear ORDER BY unique_id, sector_address")) {
            while (row.next()) {
                rows.add(row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + " " + row.getLong(4) + " "
                        + row.getLong(5) + " " + row.getLong(6) + " " + row.getDouble(7));
            }
        }
        return rows;
    }

    @Test
    void shouldAddUpTheErasesOfRunsPassedOrNot() throws Exception {
        store.results(true).save(results.run("bench", "B1", true), List.of(), wear(FIRST, SECOND));
        store.results(false).save(results.run("bench", "B1", false), List.of(), wear(FIRST));
        store.results(true).save(results.run("bench", "B1", true), List.of());

        assertEquals(
                List.of(CHIP + " B1 B1 " + FIRST + " 2 100 0.02", CHIP + " B1 B1 " + SECOND + " 1 100 0.01"), view());
        Optional<WornFlash> worn = Optional.of(new WornFlash(CHIP, FIRST, 2, 100));
        assertEquals(worn, store.flashes().worn("B1"));
        assertEquals(worn, another().flashes().worn("B1"), "of another program");
        assertEquals(Optional.empty(), store.flashes().worn("B2"));
    }

    /** What is not kept with the result is not kept at all, so that nothing counts twice when it is tried again. */
    @Test
    void shouldKeepErasesWithTheirResultOrNotAtAll() throws Exception {
        Result run = results.run("bench", "B1", true);
        store.results(true).save(run, List.of(), wear(FIRST));
        assertThrows(IOException.class, () -> store.results(true).save(run, List.of(), wear(FIRST)));
        assertEquals(1, store.flashes().worn("B1").orElseThrow().erases());
    }

    @Test
    void shouldCountAChipWhicheverProbeItIsAtAndAProbeByItsChip() throws Exception {
        FlashLedger flashes = store.flashes();
        flashes.add("profile", "B1", wear(FIRST, FIRST));
        flashes.add("profile", "B2", wear(FIRST));
        assertEquals(List.of(CHIP + " profile B2 " + FIRST + " 3 100 0.03"), view());
        assertEquals(3, flashes.worn("B2").orElseThrow().erases());

        flashes.add("profile", "B2", new FlashWear("fresh", List.of(SECOND), 1_000));
        assertEquals(Optional.of(new WornFlash("fresh", SECOND, 1, 1_000)), flashes.worn("B2"));
    }

    @Test
    void shouldHoldWhatWasFlashedLastUntilTheNextAttempt() {
        FlashLedger flashes = store.flashes();
        flashes.hold("B1", "aa");
        flashes.hold("B2", "bb");
        assertEquals(Optional.of("aa"), another().flashes().held("B1"));
        flashes.forget("B1");
        assertEquals(Optional.empty(), flashes.held("B1"));
        assertEquals(Optional.of("bb"), flashes.held("B2"));
        flashes.add("profile", "B2", wear(FIRST));
        assertEquals(Optional.of("bb"), flashes.held("B2"));
    }

    @Test
    void shouldKeepErasesWhenOldRunsAreRemoved() throws Exception {
        store.results(false).save(results.run("bench", "B1", true), List.of(), wear(FIRST));
        List<String> before = view();
        assertEquals(1, store.care().prune(Instant.now().plusSeconds(60), false));
        assertEquals(before, view());
    }

    /** Agents that share a store lose none, against a count of our own. */
    @Test
    void shouldLoseNoEraseWhereSeveralProgramsWrite() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Long, Long> expected = new TreeMap<>();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            FlashLedger own = another().flashes();
            for (int flash = 0; flash < 15; flash++) {
                List<Long> sectors = new ArrayList<>();
                for (int sector = random.nextInt(5); sector >= 0; sector--) {
                    sectors.add(FIRST + random.nextInt(4) * 0x20000L);
                }
                Collections.shuffle(sectors, random);
                sectors.forEach(sector -> expected.merge(sector, 1L, Long::sum));
                all.add(pool.submit(() -> own.add("profile", "B1", new FlashWear(CHIP, sectors, 100))));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        List<String> rows = expected.entrySet().stream()
                .map(each -> CHIP + " profile B1 " + each.getKey() + " " + each.getValue() + " 100 "
                        + each.getValue() / 100.0)
                .toList();
        assertEquals(rows, view(), "seed " + seed);
        assertTrue(expected.size() > 1);
        assertFalse(store.flashes().worn("B1").orElseThrow().isAtItsEnd());
    }
}
