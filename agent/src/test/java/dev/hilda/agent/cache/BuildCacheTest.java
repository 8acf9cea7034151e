// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {
    @TempDir
    private Path root;

    private final AtomicInteger fills = new AtomicInteger();

    @Test
    void shouldFillAFolderOnce() throws Exception {
        BuildCache cache = new BuildCache(root);
        Path first = cache.folder("a", this::fill);
        assertEquals(first, cache.folder("a", this::fill));
        assertEquals(1, fills.get());
        assertEquals("content", Files.readString(first.resolve("file")));
    }

    @Test
    void shouldRunNothingFromACacheThatOthersMayWrite() throws Exception {
        BuildCache cache = new BuildCache(root);
        cache.folder("a", this::fill);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwx---"));
        BenchFailure refusal = assertThrows(BenchFailure.class, () -> cache.folder("a", this::fill));
        assertTrue(refusal.actual().orElseThrow().contains("others may have put files there"));
    }

    @Test
    void shouldFillOnceForManyAtATime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Path> want = () -> new BuildCache(root).folder("a", folder -> {
                Thread.sleep(50);
                fill(folder);
            });
            List<Future<Path>> wanted =
                    threads.invokeAll(Stream.generate(() -> want).limit(8).toList());
            for (Future<Path> folder : wanted) {
                assertTrue(Files.exists(folder.get().resolve("file")));
            }
            assertEquals(1, fills.get());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldStartAfreshAfterAFillThatFailed() throws Exception {
        BuildCache cache = new BuildCache(root);
        assertThrows(
                UncheckedIOException.class,
                () -> cache.folder("a", folder -> {
                    Files.writeString(folder.resolve("half"), "");
                    throw new IOException("no");
                }));
        Path folder = cache.folder("a", this::fill);
        assertFalse(Files.exists(folder.resolve("half")));
    }

    @Test
    void shouldKeepTheFoldersOfAKindThatWereUsedLast() throws Exception {
        BuildCache cache = new BuildCache(root);
        age(cache.folder("board-0", this::fill), 1000);
        for (int index = 0; index < BuildCache.KEPT + 3; index++) {
            age(cache.folder("firmware-" + index, this::fill), 100 - index);
            Files.writeString(root.resolve("firmware-" + index + ".log"), "");
        }
        cache.folder("firmware-3", this::fill); // the oldest that is left, used once more
        cache.folder("firmware-new", this::fill);
        Set<String> expected = new TreeSet<>(Set.of("board-0", "firmware-3", "firmware-new"));
        for (int index = 5; index < BuildCache.KEPT + 3; index++) {
            expected.add("firmware-" + index);
        }
        assertEquals(expected, folders());
        assertFalse(Files.exists(root.resolve("firmware-0.log")));
        assertTrue(Files.exists(root.resolve("firmware-5.log")));
    }

    @Test
    void shouldKeepWhatSomebodyMayStillRead() throws Exception {
        BuildCache cache = new BuildCache(root);
        for (int index = 0; index < 2 * BuildCache.KEPT; index++) {
            cache.folder("firmware-" + index, this::fill);
        }
        assertEquals(2 * BuildCache.KEPT, folders().size());
    }

    @Test
    void shouldNotRemoveWhatWasUsedMeanwhile() throws Exception {
        BuildCache cache = new BuildCache(root);
        age(cache.folder("firmware-0", this::fill), 2);
        cache.folder("firmware-0", this::fill); // after somebody has listed it as old
        BuildCache.removeUnusedSince(hoursAgo(1), root.resolve("firmware-0"));
        assertEquals(Set.of("firmware-0"), folders());
        assertEquals(1, fills.get());
        age(root.resolve("firmware-0"), 2);
        BuildCache.removeUnusedSince(hoursAgo(1), root.resolve("firmware-0"));
        assertEquals(Set.of(), folders());
    }

    @Test
    void shouldRemoveWhatWasNeverFilled() throws Exception {
        BuildCache cache = new BuildCache(root);
        assertThrows(
                UncheckedIOException.class,
                () -> cache.folder("firmware-failed", folder -> {
                    Files.writeString(root.resolve("firmware-failed.log"), "");
                    throw new IOException("no");
                }));
        Files.setLastModifiedTime(root.resolve("firmware-failed"), hoursAgo(1000));
        for (int index = 0; index < BuildCache.KEPT; index++) {
            cache.folder("firmware-" + index, this::fill);
        }
        assertEquals(BuildCache.KEPT, folders().size());
        assertFalse(Files.exists(root.resolve("firmware-failed.log")));
    }

    @Test
    void shouldKeepWhatItFilledWhereItCannotRemoveAnother() throws Exception {
        BuildCache cache = new BuildCache(root);
        for (int index = 0; index < BuildCache.KEPT; index++) {
            age(cache.folder("firmware-" + index, this::fill), 2 + index);
        }
        Path locked = root.resolve("firmware-" + (BuildCache.KEPT - 1) + ".lock");
        Files.delete(locked);
        Files.createDirectory(locked); // nobody can open it
        Path filled = cache.folder("firmware-new", this::fill);
        assertEquals("content", Files.readString(filled.resolve("file")));
        assertEquals(filled, cache.folder("firmware-new", this::fill));
        assertEquals(BuildCache.KEPT + 1, fills.get());
    }

    @Test
    void shouldFollowTheEnvironment() throws Exception {
        Path folder =
                BuildCache.ofUser(Map.of("XDG_CACHE_HOME", root.toString())).folder("a", this::fill);
        assertEquals(root.resolve("hilda").resolve("a"), folder);
    }

    @Test
    void shouldHashPartsThatDoNotRunIntoOneAnother() {
        assertNotEquals(
                new ContentHash().add("ab").add("c").hex(),
                new ContentHash().add("a").add("bc").hex());
    }

    private static void age(Path folder, int hours) throws IOException {
        Files.setLastModifiedTime(folder.resolve(".complete"), hoursAgo(hours));
    }

    private static FileTime hoursAgo(int hours) {
        return FileTime.from(Instant.now().minus(Duration.ofHours(hours)));
    }

    private Set<String> folders() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private void fill(Path folder) throws IOException {
        fills.incrementAndGet();
        Files.writeString(folder.resolve("file"), "content");
    }
}
