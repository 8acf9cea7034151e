// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.UserFolders;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;

/** Starts ND4J with its natives in this user's cache, and keeps it from writing to standard output. */
public final class TensorRuntime {
    private static final String CACHE_PROPERTY = "org.bytedeco.javacpp.cachedir";
    private static final String LOG_PROPERTY = "org.nd4j.log.initialization";

    private TensorRuntime() {}

    /**
     * Loads the natives, the first time only. Call this before anything else of ND4J; it takes 1–3 s, and some seconds
     * more once per user, while about 440 MB are unpacked into the cache folder. Does nothing when they are loaded.
     *
     * @param environment decides on the cache folder, {@code $XDG_CACHE_HOME/hilda/tensor} (see {@link UserFolders})
     * @throws BenchFailure of kind BUILD when this machine is not x86-64 Linux or the natives do not load, BENCH when
     *     others may write into the cache folder
     */
    public static synchronized void start(Map<String, String> environment) {
        requireSupported(System.getProperty("os.name", "?"), System.getProperty("os.arch", "?"));
        if (System.getProperty(CACHE_PROPERTY) == null) {
            System.setProperty(
                    CACHE_PROPERTY,
                    PrivateFolder.require(UserFolders.of(environment).cache().resolve("tensor"))
                            .toString());
        }
        if (System.getProperty(LOG_PROPERTY) == null) {
            System.setProperty(LOG_PROPERTY, "false");
        }
        try {
            silently(Nd4j::getBackend);
        } catch (LinkageError | RuntimeException broken) {
            throw BenchFailure.of(FailureKind.BUILD, "load ND4J's native library")
                    .expected("a CPU with AVX2, and 500 MB free in " + System.getProperty(CACHE_PROPERTY))
                    .actual(String.valueOf(broken.getMessage()))
                    .remedy("remove that folder and try again")
                    .cause(broken)
                    .failure();
        }
    }

    /** Refuses machines for which no natives are on the class path. */
    static void requireSupported(String operatingSystem, String architecture) {
        if (!operatingSystem.equals("Linux") || !(architecture.equals("amd64") || architecture.equals("x86_64"))) {
            throw BenchFailure.of(FailureKind.BUILD, "load ND4J's native library")
                    .expected("Linux on x86-64")
                    .actual(operatingSystem + " on " + architecture)
                    .remedy("quantize on an x86-64 machine; the bundle then runs from any machine: hilda run BUNDLE")
                    .failure();
        }
    }

    /**
     * What {@code work} returns, without what this thread prints on standard output meanwhile. SameDiff announces every
     * operator that it differentiates, and standard output belongs to results.
     */
    public static synchronized <T> T silently(Supplier<T> work) {
        PrintStream original = System.out;
        PrintStream filter = new ForeignOutput(original, Thread.currentThread());
        System.setOut(filter);
        try {
            return work.get();
        } finally {
            filter.flush();
            System.setOut(original);
        }
    }

    /** Passes on what other threads print. */
    private static final class ForeignOutput extends PrintStream {
        private final PrintStream original;
        private final Thread muted;

        ForeignOutput(PrintStream original, Thread muted) {
            super(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            this.original = original;
            this.muted = muted;
        }

        @Override
        public void write(int b) {
            if (Thread.currentThread() != muted) {
                original.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (Thread.currentThread() != muted) {
                original.write(bytes, offset, length);
            }
        }

        @Override
        public void flush() {
            original.flush();
        }
    }
}
