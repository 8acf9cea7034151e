package dev.hilda.agent.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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
                    throw new java.io.IOException("no");
                }));
        Path folder = cache.folder("a", this::fill);
        assertFalse(Files.exists(folder.resolve("half")));
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

    private void fill(Path folder) throws java.io.IOException {
        fills.incrementAndGet();
        Files.writeString(folder.resolve("file"), "content");
    }
}
