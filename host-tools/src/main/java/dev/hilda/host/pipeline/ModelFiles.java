// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.frontend.FileFormat;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.ModelReader;
import dev.hilda.host.frontend.onnx.OnnxReader;
import dev.hilda.host.frontend.tflite.TfliteReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats of model files, and which of them a file has: its content decides, whatever its name. */
public final class ModelFiles {
    private static final ModelReader TFLITE = new TfliteReader();
    private static final ModelReader ONNX = new OnnxReader();
    private static final List<ModelReader> READERS = List.of(TFLITE, ONNX);
    private static final String EXPECTED = "a TensorFlow Lite or ONNX model";
    private static final String ONNX_SUFFIX = ".onnx";

    private ModelFiles() {}

    /** Whether a file is a model, also of a format that is not read, rather than a bundle; its name decides only where its content does not. */
    public static boolean isOne(Path file) {
        return switch (FileFormat.of(file)) {
            case BUNDLE -> false;
            case ZIP, EMPTY, UNKNOWN -> hasSuffix(file, ".tflite") || hasSuffix(file, ONNX_SUFFIX);
            default -> true;
        };
    }

    /**
     * The model in a file.
     *
     * @throws ModelException when it cannot be read, is damaged, contains what is not supported, or is something else
     */
    public static ImportedModel read(Path file) {
        FileFormat format = FileFormat.of(file);
        Optional<ModelReader> reader =
                READERS.stream().filter(each -> each.format() == format).findFirst();
        if (reader.isPresent() || format == FileFormat.UNKNOWN) {
            // A reader tells why a file cannot be opened, and what it has where an identifier belongs.
            return reader.orElse(hasSuffix(file, ONNX_SUFFIX) ? ONNX : TFLITE).read(file);
        }
        throw new ModelException(file, "", EXPECTED, format.what(), format.remedy());
    }

    private static boolean hasSuffix(Path file, String suffix) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(suffix);
    }
}
