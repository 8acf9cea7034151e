// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
abstract class ContentsContract {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    protected Path folder;

    private Store store;
    private Contents contents;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Store open() {
        return Store.open(address(), "hilda 9.8.7", environment(), remark -> {});
    }

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @BeforeEach
    void begin() throws Exception {
        store = open();
        contents = store.contents(new ContentLimits(4L * MEGABYTE, 1000));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path file(int bytes, int seed) throws IOException {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return Files.write(folder.resolve("file" + seed), content);
    }

    private Path cache() {
        return folder.resolve("fetched");
    }

    @Test
    void shouldGiveBackWhatWasPut() throws Exception {
        for (int bytes : new int[] {0, 1, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE + 17}) {
            Path file = file(bytes, bytes);
            String sha256 = contents.put(file);
            assertEquals(Sha256.hex(Files.readAllBytes(file)), sha256);
            assertTrue(contents.has(sha256));
            assertEquals(sha256, contents.put(file), "once more");
            assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(contents.fetch(sha256, cache())));
        }
        assertFalse(contents.has("0".repeat(64)));
        assertThrows(IOException.class, () -> contents.fetch("0".repeat(64), cache()));
    }

    @Test
    void shouldRefuseWhatIsTooLarge() throws Exception {
        Path file = file(4 * MEGABYTE + 1, 1);
        IOException refused = assertThrows(IOException.class, () -> contents.put(file));
        assertTrue(refused.toString().contains("at most 4194304 bytes, got 4194305"), refused.getMessage());
    }

    @Test
    void shouldMendADamagedCacheAndTellADamagedStore() throws Exception {
        String sha256 = contents.put(file(100, 1));
        Path cached = contents.fetch(sha256, cache());
        Files.writeString(cached, "something else");
        assertEquals(sha256, Sha256.hex(Files.readAllBytes(contents.fetch(sha256, cache()))));
        try (Database database = Database.open(address(), environment())) {
            database.each(connection -> {
                try (PreparedStatement update = connection.prepareStatement("UPDATE content_chunk SET bytes = ?")) {
                    update.setBytes(1, new byte[100]);
                    return update.executeUpdate();
                }
            });
        }
        assertEquals(cached, contents.fetch(sha256, cache()), "from the cache");
        Files.delete(cached);
        IOException damaged = assertThrows(IOException.class, () -> contents.fetch(sha256, cache()));
        assertTrue(damaged.toString().contains("is damaged"), damaged.getMessage());
        assertEquals(new TreeSet<String>(), cachedNames());
    }

    private TreeSet<String> cachedNames() throws IOException {
        try (Stream<Path> files = Files.list(cache())) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void shouldKeepWhatWasFetchedLast() throws Exception {
        String[] sha256 = new String[4];
        for (int each = 0; each < 4; each++) {
            sha256[each] = contents.put(file(400, each));
        }
        Path first = contents.fetch(sha256[0], cache());
        Path second = contents.fetch(sha256[1], cache());
        Files.setLastModifiedTime(first, FileTime.fromMillis(2000));
        Files.setLastModifiedTime(second, FileTime.fromMillis(1000));
        contents.fetch(sha256[2], cache());
        assertEquals(new TreeSet<>(List.of(sha256[0], sha256[2])), cachedNames());
        contents.fetch(sha256[0], cache());
        contents.fetch(sha256[3], cache());
        assertEquals(2, cachedNames().size());
        assertTrue(cachedNames().contains(sha256[3]));
        Path large = contents.fetch(contents.put(file(2000, 9)), cache());
        assertEquals(new TreeSet<>(List.of(large.getFileName().toString())), cachedNames(), "alone, though too large");
    }

    @Test
    void shouldPruneWhatNoJobNeeds() throws Exception {
        String needed = contents.put(file(10, 1));
        String unneeded = contents.put(file(10, 2));
        Job job = store.jobs().submit(new JobOrder("pool", "tester", "x", needed, needed, OptionalInt.empty()));
        assertEquals(0, contents.prune(Duration.ofMinutes(1)));
        Thread.sleep(20);
        assertEquals(1, contents.prune(Duration.ofMillis(10)));
        assertTrue(contents.has(needed));
        assertFalse(contents.has(unneeded));
        assertTrue(store.jobs().find(job.id()).isPresent());
        store.jobs().cancel(job.id(), "alice");
        Thread.sleep(20);
        assertEquals(1, contents.prune(Duration.ofMillis(10)));
        try (Database database = Database.open(address(), environment())) {
            int chunks = database.each(connection -> {
                try (PreparedStatement query = connection.prepareStatement("SELECT COUNT(*) FROM content_chunk")) {
                    return Rows.list(query, row -> row.getInt(1)).get(0);
                }
            });
            assertEquals(0, chunks);
        }
        assertTrue(contents.put(file(10, 2)).equals(unneeded) && contents.has(unneeded));
    }
}
