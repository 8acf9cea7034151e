// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.export;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.bundle.Reference.Probe;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.emit.LibraryEmitter;
import dev.hilda.host.emit.LibraryExample;
import dev.hilda.host.emit.LibraryName;
import dev.hilda.host.emit.LibrarySources;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network as a folder of C.
 *
 * @param name of its functions and files
 * @param files path in the folder, with slashes, to text
 * @param staticRamBytes of activations and of what kernels work in
 */
public record CExport(LibraryName name, Map<String, String> files, long staticRamBytes) {
    /** Of the example's input: nothing else is drawn at random. */
    private static final long SEED = 1;

    public CExport {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * The same network and plan give the same files.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE} for a network with several inputs
     */
    public static CExport of(IntegerNetwork network, NetworkPlan plan, Provenance provenance, LibraryName name) {
        requireOneInput(network);
        String origin = "%s; SHA-256 %s; by HILDA %s"
                .formatted(provenance.modelFile(), provenance.modelSha256(), provenance.toolVersion());
        LibrarySources library = LibraryEmitter.emit(network, plan, name, origin);
        Probe probe = Reference.draw(network, SEED, 1).probes().get(0);
        Map<String, String> files = new TreeMap<>(library.files());
        files.putAll(LibraryExample.files(
                name,
                network.outputs().size(),
                probe.input().toArray(),
                probe.output().toArray()));
        files.putAll(KernelFiles.of(library.kernelHeaders()));
        return new CExport(name, files, library.staticRamBytes());
    }

    private static void requireOneInput(IntegerNetwork network) {
        if (network.inputs().size() != 1) {
            throw BenchFailure.of(FailureKind.BUNDLE, "export " + network.name())
                    .expected("a network with one input")
                    .actual(network.inputs().size() + " inputs")
                    .remedy("join the inputs to one in the model")
                    .failure();
        }
    }

    /**
     * Writes the files.
     *
     * @param force whether a folder that has files may be written to; what else is there stays
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE}
     */
    public void write(Path folder, boolean force) {
        try {
            requireFree(folder, force);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.resolveSibling(""));
                Files.writeString(path, file.getValue());
            }
        } catch (IOException e) {
            throw failure(folder, "a folder this user may write to", String.valueOf(e), "check the path", e);
        }
    }

    private static void requireFree(Path folder, boolean force) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw failure(folder, "a folder", "a file of that name", "name another folder", null);
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (!force && content.findAny().isPresent()) {
                throw failure(
                        folder,
                        "a new or empty folder",
                        "a folder with files",
                        "name another folder, or add --force to write over an earlier export",
                        null);
            }
        }
    }

    private static BenchFailure failure(
            Path folder, String expected, String actual, String remedy, @Nullable Exception cause) {
        BenchFailure.Builder failure = BenchFailure.of(FailureKind.BUNDLE, "export to " + folder)
                .expected(expected)
                .actual(actual)
                .remedy(remedy);
        return (cause == null ? failure : failure.cause(cause)).failure();
    }
}
