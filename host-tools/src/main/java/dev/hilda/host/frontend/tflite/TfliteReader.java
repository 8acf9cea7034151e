// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.host.frontend.FileFormat;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelBytes;
import dev.hilda.host.frontend.ModelReader;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.ir.Graph;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads TensorFlow Lite files: float32, int8 (per channel or per layer) and uint8. A float model around integers is read as
 * the integers: the leading QUANTIZE and the trailing DEQUANTIZE are left out. Signed codes become unsigned, 128 higher.
 */
public final class TfliteReader implements ModelReader {
    private static final String SUFFIX = ".tflite";

    @Override
    public FileFormat format() {
        return FileFormat.TFLITE;
    }

    @Override
    public ImportedModel read(Path path) {
        return of(path, ModelBytes.of(path));
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
}
