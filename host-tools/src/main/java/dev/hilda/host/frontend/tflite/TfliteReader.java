// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.host.frontend.FileFormat;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.ModelReader;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.ir.Graph;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads TensorFlow Lite files: float32, int8 (per channel or per layer) and uint8. A float model around integers is read as
 * the integers: the leading QUANTIZE and the trailing DEQUANTIZE are left out. Signed codes become unsigned, 128 higher.
 */
public final class TfliteReader implements ModelReader {
    /** Far above what fits a microcontroller; bounds the memory that a file can ask for. */
    private static final int MAX_FILE_BYTES = 128 << 20;

    private static final String SUFFIX = ".tflite";

    @Override
    public FileFormat format() {
        return FileFormat.TFLITE;
    }

    @Override
    public ImportedModel read(Path path) {
        return of(path, load(path));
    }

    /** The model that these bytes are; the path is its name. */
    static ImportedModel of(Path path, byte[] bytes) {
        String fileName = String.valueOf(path.getFileName());
        ModelFile file = GraphImport.inFile(path, () -> ModelFile.of(ByteBuffer.wrap(bytes)));
        GraphImport imported = new GraphImport(path, file, bytes.length);
        Graph graph = imported.graph(
                fileName.endsWith(SUFFIX) ? fileName.substring(0, fileName.length() - SUFFIX.length()) : fileName);
        String description = GraphImport.inFile(path, file::description);
        ModelSource source =
                new ModelSource(fileName, bytes.length, Sha256.hex(bytes), description, imported.numbers());
        return new ImportedModel(graph, imported.quantized(graph), source);
    }

    private static byte[] load(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // Opening a pipe that nobody writes to would wait for ever.
            throw new ModelException(
                    path, "", "a readable file", "a folder, a pipe or a device", "name the model's file");
        }
        // The size that a file system states is no bound: a device has none.
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new ModelException(
                        path,
                        "",
                        "a file of at most " + MAX_FILE_BYTES + " bytes",
                        "more",
                        "choose a network that fits a microcontroller");
            }
            return bytes;
        } catch (IOException unreadable) {
            String reason = unreadable instanceof NoSuchFileException
                    ? "no such file"
                    : unreadable instanceof AccessDeniedException
                            ? "no right to read it"
                            : String.valueOf(unreadable.getMessage());
            throw new ModelException(path, "", "a readable file", reason, "check the path and its permissions");
        }
    }
}
