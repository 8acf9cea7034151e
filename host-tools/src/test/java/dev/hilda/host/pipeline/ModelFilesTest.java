// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.FileFormat;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user reads about a file that is no model HILDA reads; names that say otherwise do not matter. */
class ModelFilesTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadAModelOfAnyName() throws IOException {
        Node node = new Node("relu", new Operator.Activate(Activation.RELU), List.of("in"), "out");
        Graph graph = new Graph("g", "in", TensorShape.vector(3), List.of(node), "out");
        Path file = Files.write(folder.resolve("model.hilda"), TfliteWriter.bytes(graph, ""));
        assertTrue(ModelFiles.isOne(file));
        assertEquals(TensorShape.vector(3), ModelFiles.read(file).graph().inputShape());
    }

    @Test
    void shouldTakeAnAbsentFileForWhatItsNameSays() {
        assertTrue(ModelFiles.isOne(Path.of("a.tflite")));
        assertTrue(ModelFiles.isOne(Path.of("A.TFLITE")));
        assertFalse(ModelFiles.isOne(Path.of("a.hilda")));
        ModelException failure =
                assertThrows(ModelException.class, () -> ModelFiles.read(folder.resolve("absent.tflite")));
        assertEquals("model", failure.kindLabel());
        assertEquals("no such file", failure.actual().orElseThrow());
    }

    /** First bytes, as characters up to 255. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\211HDF\\r\\n\\32\\n                         | an HDF5 file, as Keras .h5 models are    | TFLiteConverter
            \\10\\01\\22\\361\\23\\n\\202                 | a TensorFlow SavedModel                  | TFLiteConverter
            \\n\\47\\n\\01x\\22\\013Placeholder           | a TensorFlow graph                       | TFLiteConverter
            \\200\\02\\212\\nl\\374\\234F\\371 j\\250P\\31.| a PyTorch file                          | torch.onnx.export
            \\200\\04\\225\\n                             | a Python pickle                          | in Python
            // a\\nalignas(16) const unsigned char m[] = {\\n 0x1c, | C source with an array of bytes | make the model's
            static const uint8_t m[12] DATA = { 28,       | C source with an array of bytes          | make the model's
            version https://git-lfs.github.com/spec/v1\\noid| a Git LFS pointer in place of the file | git lfs pull
            \\n<!DOCTYPE html><p>                         | a web page                               | raw link
            ''                                            | an empty file                            | get the file again
            """)
    void shouldSayWhatAFileIsAndWhatToDo(String content, String what, String remedy) throws IOException {
        byte[] bytes = content.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(folder.resolve("model.tflite"), bytes);
        assertRefused(file, what, remedy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            config.json model.weights.h5  | a .keras model                             | TFLiteConverter
            archive/data.pkl archive/data | a PyTorch file                             | torch.onnx.export
            manifest.json network.hnet    | a HILDA bundle, which is quantized already | hilda run
            model.tflite                  | a zip file                                 | unpack it
            """)
    void shouldLookIntoZips(String names, String what, String remedy) throws IOException {
        Path file = folder.resolve("model.tflite");
        try (OutputStream stream = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            for (String name : names.split(" ", -1)) {
                zip.putNextEntry(new ZipEntry(name));
            }
        }
        assertRefused(file, what, remedy);
        assertEquals(!what.contains("bundle"), ModelFiles.isOne(file));
    }

    @Test
    void shouldKnowASavedModelsFolder() throws IOException {
        Files.createFile(folder.resolve("saved_model.pb"));
        assertRefused(folder, "a TensorFlow SavedModel", "its folder");
        assertTrue(ModelFiles.isOne(folder));
    }

    @Test
    void shouldKnowEveryOnnxFileThatThereIs() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        try (Stream<Path> files = Files.list(TestData.path("onnx"))) {
            List<Path> models =
                    files.filter(file -> file.toString().endsWith(".onnx")).toList();
            assertTrue(models.size() > 5, models.toString());
            for (Path model : models) {
                assertEquals(FileFormat.ONNX, FileFormat.of(model), model.toString());
            }
        }
    }

    /** First bytes: of a model by its version and producer, or by its graph. */
    @ParameterizedTest
    @ValueSource(strings = {"\\10\\10\\22\\07pytorch\\32\\031.7", "\\10\\04\\72\\344\\01\\n"})
    void shouldLetTheOnnxReaderTellWhatIsWrongWithItsFiles(String content) throws IOException {
        byte[] bytes = content.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(folder.resolve("model.tflite"), bytes);
        assertEquals(FileFormat.ONNX, FileFormat.of(file));
        ModelException refused = assertThrows(ModelException.class, () -> ModelFiles.read(file));
        assertEquals("an ONNX model", refused.expected().orElseThrow());
    }

    @Test
    void shouldTakeTheNameOfAFileThatNothingElseTells() throws IOException {
        Path file = Files.writeString(folder.resolve("model.ONNX"), "nothing that is known");
        assertTrue(ModelFiles.isOne(file));
        ModelException refused = assertThrows(ModelException.class, () -> ModelFiles.read(file));
        assertEquals("an ONNX model", refused.expected().orElseThrow());
    }

    private static void assertRefused(Path file, String what, String remedy) {
        ModelException refused = assertThrows(ModelException.class, () -> ModelFiles.read(file));
        assertEquals("a TensorFlow Lite or ONNX model", refused.expected().orElseThrow());
        assertEquals(what, refused.actual().orElseThrow());
        assertTrue(
                refused.remedy().orElseThrow().contains(remedy),
                refused.remedy().orElseThrow());
    }
}
