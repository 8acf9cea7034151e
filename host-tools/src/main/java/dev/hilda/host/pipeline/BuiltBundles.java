// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.process.WorkFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Bundles that were built of models, in the cache under a hash of all that decides their bytes. */
public final class BuiltBundles {
    private static final String FILE = "bundle.hilda";

    /** What a later build of the same inputs gave that should have been the same. */
    private static final String OTHER = "other.hilda";

    /** Builds a bundle. */
    @FunctionalInterface
    public interface Builder {
        /**
         * Writes the bundle's file.
         *
         * @param compiled where firmware that was compiled before may lie
         */
        void build(Path file, BuildCache compiled) throws InterruptedException;
    }

    private final BuildCache cache;
    private final Consumer<String> remarks;

    /** @param remarks hears where a bundle comes from that was not built just now */
    public BuiltBundles(BuildCache cache, Consumer<String> remarks) {
        this.cache = cache;
        this.remarks = remarks;
    }

    /**
     * The bundle's file, built where it was not yet.
     *
     * @param key hash of all that decides its bytes
     */
    public Path get(String key, Builder builder) throws InterruptedException {
        Optional<Path> known = known(key);
        if (known.isPresent()) {
            remarks.accept(
                    "the same model was built with the same options and data before, and is taken from the cache;"
                            + " --rebuild builds it again");
            return known.get();
        }
        return cache.folder(folder(key), folder -> builder.build(folder.resolve(FILE), cache))
                .resolve(FILE);
    }

    /**
     * Builds again, to the last object file, and requires the bytes that were built first.
     *
     * @return the file that was built first
     * @throws BenchFailure of kind {@link FailureKind#REPRODUCIBILITY} when it gives others, which are kept beside
     */
    public Path rebuild(String key, Builder builder) throws InterruptedException {
        Optional<Path> known = known(key);
        if (known.isEmpty()) {
            return get(key, builder);
        }
        try (WorkFolder folder = WorkFolder.create("rebuild")) {
            Path again = folder.path().resolve(FILE);
            builder.build(again, new BuildCache(folder.path().resolve("compiled")));
            requireSame(known.get(), again);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle built again", e);
        }
        remarks.accept("built again: the same bytes");
        return known.get();
    }

    private static void requireSame(Path first, Path again) {
        Bundle before = Bundle.read(first);
        Bundle now = Bundle.read(again);
        if (now.sha256().equals(before.sha256())) {
            return;
        }
        throw BenchFailure.of(
                        FailureKind.REPRODUCIBILITY,
                        "build " + before.provenance().modelFile() + " again")
                .expected("the bundle that the same inputs gave before, SHA-256 " + before.sha256())
                .actual("SHA-256 " + now.sha256() + "; other than before: " + String.join(", ", before.unlike(now)))
                .remedy("nothing was submitted, and the first one is kept: " + first + kept(first, again)
                        + "; what differs says where to look, memory and disk of this machine included")
                .failure();
    }

    /** For whoever looks into it; a cache that cannot be written keeps nothing. */
    private static String kept(Path first, Path again) {
        try {
            Path other = first.resolveSibling(OTHER);
            Files.write(other, Files.readAllBytes(again));
            return ", the other one is " + other;
        } catch (IOException unwritable) {
            return "";
        }
    }

    private Optional<Path> known(String key) {
        Optional<Path> file = cache.find(folder(key)).map(folder -> folder.resolve(FILE));
        try {
            file.ifPresent(Bundle::read);
            return file;
        } catch (BenchFailure damaged) {
            remarks.accept("a bundle in the cache is damaged and is built anew: " + damaged.getMessage());
            discard(key);
            return Optional.empty();
        }
    }

    private void discard(String key) {
        try {
            cache.discard(folder(key));
        } catch (IOException e) {
            throw new UncheckedIOException("a damaged bundle in the cache", e);
        }
    }

    private static String folder(String key) {
        return "bundle-" + key;
    }
}
