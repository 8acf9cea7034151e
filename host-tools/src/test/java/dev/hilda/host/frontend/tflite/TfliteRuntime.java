// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * TensorFlow Lite itself as an oracle: a process that runs a model with its jars alone, because its JavaCPP is not ND4J's.
 * The build puts the jars into target/tflite-runtime.
 */
public final class TfliteRuntime {
    /** Why a test that needs it does not run. */
    public static final String ABSENT = "no TensorFlow Lite runtime for this machine: it is built for Linux on x86-64";

    private static final Path JARS = Path.of("target/tflite-runtime").toAbsolutePath();
    private static final Path PROGRAM =
            Path.of("src/test/tflite-runtime/RunModel.java").toAbsolutePath();
    private static final int PATIENCE_SECONDS = 300;
    private static final int UINT8 = 3;
    private static final int INT8 = 9;

    private TfliteRuntime() {}

    /** The program, compiled once a JVM: from its source, each start would compile it. */
    private static final class Compiled {
        static final Path CLASSES = compile();

        private static Path compile() {
            // The launcher of Java knows the wildcard, its compiler does not.
            try (Stream<Path> jars = Files.list(JARS)) {
                String libraries = jars.map(Path::toString)
                        .filter(file -> file.endsWith(".jar"))
                        .collect(Collectors.joining(":"));
                Path classes = Files.createTempDirectory(Path.of("target"), "run-model")
                        .toAbsolutePath();
                int exitCode = ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-cp", libraries, "-d", classes.toString(), PROGRAM.toString());
                classes.toFile().deleteOnExit();
                classes.resolve("RunModel.class").toFile().deleteOnExit(); // before the folder: the last comes first
                if (exitCode != 0) {
                    throw new IllegalStateException(PROGRAM + " does not compile");
                }
                return classes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What computes. */
    public enum Kernels {
        /** What applications get by default. */
        XNNPACK,
        /** TensorFlow Lite's own, which differ in the rounding of int8. */
        OWN
    }

    public static boolean isPresent() {
        return System.getProperty("os.arch").equals("amd64")
                && System.getProperty("os.name").equals("Linux");
    }

    /**
     * The model's outputs for each input.
     *
     * @param inputs bytes of the input tensors, one after the other, as the model has them: float32 little-endian, int8
     *     or uint8
     * @return bytes of the output tensors, one after the other, one array an input
     */
    public static List<byte[]> run(Path model, List<byte[]> inputs) throws IOException, InterruptedException {
        return run(model, inputs, Kernels.XNNPACK);
    }

    static List<byte[]> run(Path model, List<byte[]> inputs, Kernels kernels) throws IOException, InterruptedException {
        return run(model, inputs, kernels, List.of());
    }

    /** A tensor of codes as it was in a run; empty where the model has none of that name. */
    public record Codes(int[] values) {}

    /**
     * Tensors of codes inside the model, of TensorFlow Lite's own kernels.
     *
     * @param names of tensors of int8 or uint8; others are empty
     * @return for each input, each tensor as unsigned codes, in the order of the names
     */
    public static List<List<Codes>> trace(Path model, List<byte[]> inputs, List<String> names)
            throws IOException, InterruptedException {
        List<List<Codes>> traces = new ArrayList<>();
        for (byte[] answer : run(model, inputs, Kernels.OWN, names)) {
            ByteBuffer tensors = ByteBuffer.wrap(answer);
            List<Codes> trace = new ArrayList<>();
            for (int index = 0; index < names.size(); index++) {
                byte[] bytes = new byte[tensors.getInt()];
                int type = tensors.getInt();
                tensors.get(bytes);
                trace.add(codes(bytes, type));
            }
            traces.add(trace);
        }
        return traces;
    }

    private static Codes codes(byte[] bytes, int type) {
        if (type != INT8 && type != UINT8) {
            return new Codes(new int[0]);
        }
        int[] values = new int[bytes.length];
        for (int index = 0; index < values.length; index++) {
            values[index] = (bytes[index] + (type == INT8 ? 128 : 0)) & 0xFF;
        }
        return new Codes(values);
    }

    private static List<byte[]> run(Path model, List<byte[]> inputs, Kernels kernels, List<String> names)
            throws IOException, InterruptedException {
        if (!Files.isDirectory(JARS)) {
            throw new IllegalStateException(JARS + " is absent: the Maven phase process-test-resources makes it");
        }
        Path folder = Files.createTempDirectory("tflite-runtime");
        Path inputFile = folder.resolve("inputs");
        Path outputFile = folder.resolve("outputs");
        Path log = folder.resolve("log");
        try {
            writeInputs(inputFile, inputs);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.bytedeco.javacpp.cachedir=" + JARS.resolve("natives"),
                    "-cp",
                    Compiled.CLASSES + ":" + JARS + "/*",
                    "RunModel",
                    model.toAbsolutePath().toString(),
                    inputFile.toString(),
                    outputFile.toString(),
                    kernels.name().toLowerCase(Locale.ROOT)));
            command.addAll(names);
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("TensorFlow Lite took more than " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "TensorFlow Lite ended with " + process.exitValue() + ": " + Files.readString(log));
            }
            return readOutputs(outputFile);
        } finally {
            delete(folder);
        }
    }

    /** With the core file that a crash may leave. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static void writeInputs(Path file, List<byte[]> inputs) throws IOException {
        try (DataOutputStream stream = new DataOutputStream(Files.newOutputStream(file))) {
            stream.writeInt(inputs.size());
            for (byte[] input : inputs) {
                stream.writeInt(input.length);
                stream.write(input);
            }
        }
    }

    private static List<byte[]> readOutputs(Path file) throws IOException {
        List<byte[]> outputs = new ArrayList<>();
        try (DataInputStream stream = new DataInputStream(Files.newInputStream(file))) {
            int count = stream.readInt();
            for (int index = 0; index < count; index++) {
                outputs.add(stream.readNBytes(stream.readInt()));
            }
        }
        return outputs;
    }
}
