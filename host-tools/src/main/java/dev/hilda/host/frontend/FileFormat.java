// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** What a file is, by its content: models that are read, and what people have instead of one. */
public enum FileFormat {
    TFLITE("a TensorFlow Lite model", ""),
    ONNX("an ONNX model", ""),
    HDF5("an HDF5 file, as Keras .h5 models are", "convert it with TensorFlow's TFLiteConverter" + Documents.SEE),
    KERAS("a .keras model", "convert it with TensorFlow's TFLiteConverter" + Documents.SEE),
    SAVED_MODEL("a TensorFlow SavedModel", "convert its folder with TensorFlow's TFLiteConverter" + Documents.SEE),
    FROZEN_GRAPH("a TensorFlow graph", "convert it with TensorFlow's TFLiteConverter" + Documents.SEE),
    TORCH("a PyTorch file", "export the model with torch.onnx.export" + Documents.SEE),
    PICKLE("a Python pickle", "load it in Python and convert the model that is in it" + Documents.SEE),
    C_ARRAY("C source with an array of bytes", "make the model's file of it again" + Documents.SEE),
    LFS_POINTER(
            "a Git LFS pointer in place of the file", "git lfs pull in its repository, or download the file itself"),
    HTML("a web page", "download the file itself: on GitHub by its raw link"),
    BUNDLE("a HILDA bundle, which is quantized already", "hilda run FILE; quantize and inspect take the model"),
    ZIP("a zip file", "unpack it and name the model that is in it"),
    EMPTY("an empty file", "get the file again"),
    UNKNOWN("something else", "name a TensorFlow Lite or ONNX model" + Documents.SEE);

    private static final int HEAD_BYTES = 1 << 16;
    private static final int MAX_PRODUCER_LENGTH = 64;
    private static final int MAX_IR_VERSION = 32;
    private static final int MAX_PICKLE_PROTOCOL = 5;
    private static final String HDF5_SIGNATURE = "\u0089HDF\r\n\u001a\n";
    private static final Pattern ARRAY = Pattern.compile("\\b(char|u?int8_t)\\s+\\w+\\s*\\[[^\\]]*][^;={]*=\\s*\\{");
    private static final Pattern HTML_START = Pattern.compile("\\s*(<!doctype html|<html)");
    private static final Pattern GRAPH_NODE =
            Pattern.compile("\\A\n.{1,3}\n.[\\w/]+\u0012.(Placeholder|Const)", Pattern.DOTALL);

    private final String what;
    private final String remedy;

    /** Where conversion is described. */
    private static final class Documents {
        static final String SEE = " (host-tools/docs/conversion.md)";
    }

    FileFormat(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** As a noun phrase for messages. */
    public String what() {
        return what;
    }

    /** What to do with one, where a model is asked for. */
    public String remedy() {
        return remedy;
    }

    /** Of a file, or of a folder; {@link #UNKNOWN} also of what cannot be read. */
    public static FileFormat of(Path file) {
        if (Files.isRegularFile(file.resolve("saved_model.pb"))) {
            return SAVED_MODEL;
        }
        // Opening a pipe that nobody writes to would wait for ever.
        if (!Files.isRegularFile(file)) {
            return UNKNOWN;
        }
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] head = stream.readNBytes(HEAD_BYTES);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            return text.startsWith("PK\u0003\u0004") ? ofZip(file) : of(text);
        } catch (IOException unreadable) {
            return UNKNOWN;
        }
    }

    /** @param head the first bytes, as characters up to 255 */
    private static FileFormat of(String head) {
        if (head.isEmpty()) {
            return EMPTY;
        }
        if (head.startsWith("TFL3", 4)) {
            return TFLITE;
        }
        if (head.startsWith(HDF5_SIGNATURE)) {
            return HDF5;
        }
        if (head.startsWith("version https://git-lfs.github.com/")) {
            return LFS_POINTER;
        }
        if (HTML_START.matcher(head.toLowerCase(Locale.ROOT)).lookingAt()) {
            return HTML;
        }
        if (head.charAt(0) == 0x80 && head.length() > 1 && head.charAt(1) <= MAX_PICKLE_PROTOCOL) {
            return head.contains("torch") || head.contains("l\u00fc\u009cF\u00f9 j\u00a8P\u0019") ? TORCH : PICKLE;
        }
        return ARRAY.matcher(head).find() ? C_ARRAY : ofProtobuf(head);
    }

    /** Both begin with a version; an ONNX model goes on with its producer or graph, a SavedModel with its graphs. */
    private static FileFormat ofProtobuf(String head) {
        if (GRAPH_NODE.matcher(head).find()) {
            return FROZEN_GRAPH;
        }
        boolean hasVersion = head.length() > 4 && head.charAt(0) == 0x08 && head.charAt(1) <= MAX_IR_VERSION;
        if (!hasVersion) {
            return UNKNOWN;
        }
        int tag = head.charAt(2);
        int length = head.charAt(3);
        boolean hasProducer = tag == 0x12
                && length <= MAX_PRODUCER_LENGTH
                && head.length() >= 4 + length
                && head.substring(4, 4 + length).matches("\\p{Print}*");
        boolean isOnnx = hasProducer || tag == 0x1a || tag == 0x3a || tag == 0x42;
        return isOnnx ? ONNX : tag == 0x12 && head.charAt(1) == 1 ? SAVED_MODEL : UNKNOWN;
    }

    private static FileFormat ofZip(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> names = zip.stream().map(entry -> entry.getName()).toList();
            if (names.contains("manifest.json") && names.contains("network.hnet")) {
                return BUNDLE;
            }
            if (names.contains("config.json") && names.contains("model.weights.h5")) {
                return KERAS;
            }
            return names.stream().anyMatch(name -> name.equals("data.pkl") || name.endsWith("/data.pkl")) ? TORCH : ZIP;
        }
    }
}
