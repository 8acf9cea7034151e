package dev.hilda.agent.cache;

import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Folders that are filled once. A folder is complete or as good as absent: whoever finds it incomplete empties it and
 * fills it again, and of several programs that want the same folder one fills it while the others wait.
 */
public final class BuildCache {
    private static final String COMPLETE = ".complete";

    /** File locks belong to the whole JVM; this one keeps its threads apart. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    /** Fills a folder. */
    @FunctionalInterface
    public interface Filler {
        void fill(Path folder) throws IOException, InterruptedException;
    }

    private final Path root;

    public BuildCache(Path root) {
        this.root = root;
    }

    /** {@code $XDG_CACHE_HOME/hilda}, else {@code ~/.cache/hilda}. */
    public static BuildCache ofUser(Map<String, String> environment) {
        return new BuildCache(UserFolders.of(environment).cache());
    }

    /**
     * The folder of a name, filled if it is not yet.
     *
     * @param name file name that includes a hash of everything the content depends on
     */
    public Path folder(String name, Filler filler) throws InterruptedException {
        Path folder = root.resolve(name);
        if (isComplete(folder)) {
            return folder;
        }
        ReentrantLock lock = LOCKS.computeIfAbsent(folder, key -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            fillLocked(folder, filler);
        } catch (IOException e) {
            throw new UncheckedIOException("cache folder " + folder, e);
        } finally {
            lock.unlock();
        }
        return folder;
    }

    private void fillLocked(Path folder, Filler filler) throws IOException, InterruptedException {
        Files.createDirectories(root);
        Path lockFile = root.resolve(folder.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !isComplete(folder)) {
                delete(folder);
                Files.createDirectories(folder);
                filler.fill(folder);
                Files.createFile(folder.resolve(COMPLETE));
            }
        }
    }

    private static boolean isComplete(Path folder) {
        return Files.exists(folder.resolve(COMPLETE));
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
