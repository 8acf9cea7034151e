// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Contents in pieces, each written by a transaction of its own: others write meanwhile. */
final class StoredContents implements Contents {
    private static final int CHUNK_BYTES = 1 << 20;

    /** The end of a name: of a file that is being fetched. */
    private static final String PART = ".part";

    private final Database database;
    private final ContentLimits limits;

    StoredContents(Database database, ContentLimits limits) {
        this.database = database;
        this.limits = limits;
    }

    @Override
    public String put(Path file) throws IOException {
        long sizeBytes = Files.size(file);
        if (sizeBytes > limits.blobBytes()) {
            throw new IOException(file + ": expected at most " + limits.blobBytes() + " bytes, got " + sizeBytes);
        }
        String sha256 = Sha256.of(file);
        if (attempt(connection -> ContentTable.use(connection, database.dialect(), sha256))) {
            return sha256;
        }
        attempt(connection -> {
            ContentTable.begin(connection, database.dialect(), sha256, sizeBytes);
            return sha256;
        });
        boolean isSame = copy(file, sha256);
        if (!isSame || !attempt(connection -> ContentTable.complete(connection, sha256))) {
            attempt(connection -> {
                ContentTable.remove(connection, sha256);
                return sha256;
            });
            throw new IOException(file + " changed while it was read; try again");
        }
        return sha256;
    }

    private boolean copy(Path file, String sha256) throws IOException {
        Sha256 copied = new Sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(CHUNK_BYTES);
            for (int position = 0; bytes.length > 0; position++) {
                copied.add(bytes);
                int at = position;
                byte[] chunk = bytes;
                attempt(connection -> {
                    ContentTable.add(connection, sha256, at, chunk);
                    return at;
                });
                bytes = in.readNBytes(CHUNK_BYTES);
            }
        }
        return copied.hex().equals(sha256);
    }

    @Override
    public boolean has(String sha256) {
        try {
            return attempt(
                    connection -> ContentTable.sizeBytes(connection, sha256).isPresent());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Path fetch(String sha256, Path cacheFolder) throws IOException {
        long sizeBytes = attempt(connection -> ContentTable.sizeBytes(connection, sha256))
                .orElseThrow(() -> new IOException("the store holds no content " + sha256));
        Files.createDirectories(cacheFolder);
        Path cached = cacheFolder.resolve(sha256);
        if (!Files.isRegularFile(cached) || !Sha256.of(cached).equals(sha256)) {
            download(sha256, sizeBytes, cached);
        }
        Files.setLastModifiedTime(cached, FileTime.from(Instant.now()));
        evict(cacheFolder, cached);
        return cached;
    }

    private void download(String sha256, long sizeBytes, Path to) throws IOException {
        Path half = Files.createTempFile(to.toAbsolutePath().getParent(), sha256 + ".", PART);
        try {
            Sha256 read = new Sha256();
            try (OutputStream out = Files.newOutputStream(half)) {
                long left = sizeBytes;
                for (int position = 0; left > 0; position++) {
                    int at = position;
                    Optional<byte[]> chunk = attempt(connection -> ContentTable.chunk(connection, sha256, at));
                    byte[] bytes = chunk.orElseThrow(() -> damaged(sha256));
                    read.add(bytes);
                    out.write(bytes);
                    left -= bytes.length;
                }
            }
            if (!read.hex().equals(sha256)) {
                throw damaged(sha256);
            }
            Files.move(half, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
    }

    private static IOException damaged(String sha256) {
        return new IOException("the store's content " + sha256 + " is damaged: put it again after hilda store verify");
    }

    /** A file of the cache; one that another agent removes meanwhile counts nothing. */
    private record Cached(Path path, long usedAtMs, long sizeBytes) {
        static Cached of(Path path) {
            try {
                return new Cached(path, Files.getLastModifiedTime(path).toMillis(), Files.size(path));
            } catch (IOException gone) {
                return new Cached(path, 0, 0);
            }
        }
    }

    /** Removes what was used least recently, but never what is about to be used. */
    private void evict(Path folder, Path kept) throws IOException {
        List<Cached> oldestFirst;
        try (Stream<Path> files = Files.list(folder)) {
            oldestFirst = files.filter(
                            file -> !file.equals(kept) && !file.toString().endsWith(PART))
                    .map(Cached::of)
                    .sorted(Comparator.comparingLong(Cached::usedAtMs))
                    .toList();
        }
        long total = Files.size(kept)
                + oldestFirst.stream().mapToLong(Cached::sizeBytes).sum();
        for (Cached file : oldestFirst) {
            if (total > limits.cacheBytes()) {
                Files.deleteIfExists(file.path());
                total -= file.sizeBytes();
            }
        }
    }

    @Override
    public int prune(Duration unused) {
        try {
            return database.transaction(connection -> ContentTable.prune(connection, database.dialect(), unused));
        } catch (SQLException e) {
            throw database.failed("prune bundles and data sets", e);
        }
    }

    private <T> T attempt(Database.Work<T> work) throws IOException {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
