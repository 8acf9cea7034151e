// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Makes of a file that the user names the bundle that a bench gets. */
@FunctionalInterface
public interface BundleSource {
    /**
     * An opened file.
     *
     * @param inputs what its network reads
     * @param outputs what its network makes of it
     */
    record Opened(List<InputSlot> inputs, List<NetworkOutput> outputs, Work work) {
        public Opened {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    /** What is left to do with an opened file. */
    @FunctionalInterface
    interface Work {
        /** The bundle; may take minutes. */
        BundleFile bundle() throws InterruptedException;
    }

    /** A bundle and where it lies. */
    record BundleFile(Path path, Bundle bundle) {}

    /**
     * Opens a file: does what takes no time, so that a mistake is told at once.
     *
     * @throws BenchFailure when no bundle can be made of it
     */
    Opened open(Path file) throws InterruptedException;

    /**
     * A bundle that somebody has made: all that the agent alone takes.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE}
     */
    static Opened ofBundle(Path file) {
        Bundle bundle = read(file);
        return new Opened(
                InputSlot.of(bundle.network()), NetworkOutput.of(bundle.network()), () -> new BundleFile(file, bundle));
    }

    private static Bundle read(Path file) {
        try {
            return Bundle.read(file);
        } catch (BenchFailure unreadable) {
            String name = file.toString().toLowerCase(Locale.ROOT);
            if (Files.isRegularFile(file) && (name.endsWith(".tflite") || name.endsWith(".onnx"))) {
                throw BenchFailure.of(FailureKind.BUNDLE, "submit " + file)
                        .expected("a bundle of hilda quantize")
                        .actual("a model; nothing here makes bundles of models")
                        .remedy("submit it from where HILDA's host tools are, or have it quantized there and submit the"
                                + " bundle: hilda quantize MODEL --board NAME -o OUT.hilda")
                        .cause(unreadable)
                        .failure();
            }
            throw unreadable;
        }
    }
}
