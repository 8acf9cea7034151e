// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.ModelReader;
import dev.hilda.host.frontend.tflite.TfliteReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats of model files, and which of them a file has. */
public final class ModelFiles {
    private static final ModelReader TFLITE = new TfliteReader();
    private static final List<ModelReader> READERS = List.of(TFLITE);

    private ModelFiles() {}

    /** Whether a file's name is a model's; a bundle's is not. */
    public static boolean isNamedLikeOne(Path file) {
        return named(file).isPresent();
    }

    /**
     * The model in a file. One whose name says nothing is taken for TFLite, whose reader tells what else it is.
     *
     * @throws ModelException when it cannot be read, is damaged, or contains what is not supported
     */
    public static ImportedModel read(Path file) {
        return named(file).orElse(TFLITE).read(file);
    }

    private static Optional<ModelReader> named(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return READERS.stream().filter(reader -> name.endsWith(reader.suffix())).findFirst();
    }
}
