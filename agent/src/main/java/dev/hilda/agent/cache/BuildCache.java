// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cache;

import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders that are filled once. A folder is complete or as good as absent: whoever finds it incomplete empties it and
 * fills it again, and of several programs that want the same folder one fills it while the others wait. Of each kind the
 * {@value #KEPT} folders used last stay; older ones go when a new one comes, half-filled ones and logs too.
 */
public final class BuildCache {
    static final int KEPT = 16;

    /** Made last; its time is that of the folder's last use. */
    private static final String COMPLETE = ".complete";

    /** What was used more recently than this, somebody may still be reading. */
    private static final Duration IN_USE = Duration.ofHours(1);

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
     * @param name file name: the kind, a hyphen and a hash of everything the content depends on
     * @throws dev.hilda.agent.board.BenchFailure when others may have put programs into the cache
     */
    public Path folder(String name, Filler filler) throws InterruptedException {
        Path folder = root.resolve(name);
        if (isComplete(folder) && !Files.isWritable(lockFile(folder))) {
            PrivateFolder.requireForReading(root);
            return folder; // A cache that cannot be written to is good for reading, and nothing is removed from it.
        }
        ReentrantLock lock = lockOf(folder);
        lock.lockInterruptibly();
        try {
            useLocked(folder, filler);
        } catch (IOException e) {
            throw new UncheckedIOException("cache folder " + folder, e);
        } finally {
            lock.unlock();
        }
        return folder;
    }

    /**
     * The folder of a name where it is filled, which counts as a use of it.
     *
     * @throws dev.hilda.agent.board.BenchFailure when others may have written into the cache
     */
    public Optional<Path> find(String name) {
        Path folder = root.resolve(name);
        if (!isComplete(folder)) {
            return Optional.empty();
        }
        PrivateFolder.requireForReading(root);
        try {
            Files.setLastModifiedTime(folder.resolve(COMPLETE), FileTime.from(Instant.now()));
        } catch (IOException readOnly) {
            // Good for reading.
        }
        return Optional.of(folder);
    }

    /** Removes the folder of a name, whose content is no good, unless somebody fills it. */
    public void discard(String name) throws IOException {
        removeUnusedSince(FileTime.from(Instant.now().plus(IN_USE)), root.resolve(name));
    }

    /** Under both locks, so that nobody removes the folder as having long been unused. */
    private void useLocked(Path folder, Filler filler) throws IOException, InterruptedException {
        PrivateFolder.require(root);
        try (FileChannel channel = openLockFile(folder);
                FileLock lock = channel.lock()) {
            if (isComplete(folder)) {
                Files.setLastModifiedTime(folder.resolve(COMPLETE), FileTime.from(Instant.now()));
            } else if (lock.isValid()) {
                delete(folder);
                Files.createDirectories(folder);
                filler.fill(folder);
                Files.createFile(folder.resolve(COMPLETE));
                removeOld(kind(folder));
            }
        }
    }

    /** Only space is lost where this fails, and the next fill tries again: the folder just filled is good. */
    private void removeOld(String kind) {
        FileTime inUse = FileTime.from(Instant.now().minus(IN_USE));
        try {
            List<Use> uses = uses(kind);
            for (Use use : uses.subList(Math.min(KEPT, uses.size()), uses.size())) {
                removeUnusedSince(inUse, use.folder());
            }
        } catch (IOException | UncheckedIOException untidy) {
            // Last, since it is the oldest: what can be removed is.
        }
    }

    /** When a folder was last used; read once, for others change it. */
    private record Use(Path folder, FileTime last) {}

    /** Of the folders of a kind, the one used last first. */
    private List<Use> uses(String kind) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> kind(file).equals(kind) && Files.isDirectory(file))
                    .map(folder -> new Use(folder, lastUse(folder)))
                    .sorted(Comparator.comparing(Use::last).reversed())
                    .toList();
        }
    }

    /**
     * Removes a folder and its log unless somebody fills it or has used it after all; the empty lock file stays, for others
     * may wait at it.
     */
    static void removeUnusedSince(FileTime time, Path folder) throws IOException {
        ReentrantLock lock = lockOf(folder);
        if (!lock.tryLock()) {
            return;
        }
        try (FileChannel channel = openLockFile(folder);
                @Nullable FileLock fileLock = channel.tryLock()) {
            if (fileLock != null && lastUse(folder).compareTo(time) < 0) {
                Files.deleteIfExists(folder.resolve(COMPLETE));
                delete(folder);
                Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".log"));
            }
        } finally {
            lock.unlock();
        }
    }

    private static ReentrantLock lockOf(Path folder) {
        return LOCKS.computeIfAbsent(folder, key -> new ReentrantLock());
    }

    private static FileChannel openLockFile(Path folder) throws IOException {
        return FileChannel.open(lockFile(folder), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static Path lockFile(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".lock");
    }

    /** The name up to its last hyphen. */
    private static String kind(Path folder) {
        String name = folder.getFileName().toString();
        return name.substring(0, name.lastIndexOf('-') + 1);
    }

    /** Of a half-filled folder, when it was last written to. */
    private static FileTime lastUse(Path folder) {
        try {
            return Files.getLastModifiedTime(isComplete(folder) ? folder.resolve(COMPLETE) : folder);
        } catch (IOException removed) {
            return FileTime.fromMillis(0);
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
