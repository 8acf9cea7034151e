// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.RuntimeProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * TensorFlow Lite itself as an oracle: a process that runs a model with its jars alone, because its JavaCPP is not ND4J's.
 * The build puts the jars into target/tflite-runtime.
 */
public final class TfliteRuntime {
    /** Why a test that needs it does not run. */
    public static final String ABSENT = "no TensorFlow Lite runtime for this machine: it is built for Linux on x86-64";

    private static final Path JARS = Path.of("target/tflite-runtime").toAbsolutePath();
    private static final RuntimeProcess RUNTIME = new RuntimeProcess(
            Path.of("src/test/tflite-runtime/RunModel.java"),
            JARS,
            List.of("-Dorg.bytedeco.javacpp.cachedir=" + JARS.resolve("natives")));
    private static final int UINT8 = 3;
    private static final int INT8 = 9;

    private TfliteRuntime() {}

    /** What computes. */
    public enum Kernels {
        /** What applications get by default. */
        XNNPACK,
        /** TensorFlow Lite's own, which differ in the rounding of int8. */
        OWN
    }

    public static boolean isPresent() {
        return RuntimeProcess.isPresent();
    }

    /**
     * The model's outputs for each input.
     *
     * @param inputs bytes of the input tensors, one after the other, as the model has them: float32 little-endian, int8
     *     or uint8
     * @return bytes of the output tensors, one after the other, one array an input
     */
    public static List<byte[]> run(Path model, List<byte[]> inputs) throws IOException {
        return run(model, inputs, Kernels.XNNPACK);
    }

    static List<byte[]> run(Path model, List<byte[]> inputs, Kernels kernels) throws IOException {
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
    public static List<List<Codes>> trace(Path model, List<byte[]> inputs, List<String> names) throws IOException {
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
            throws IOException {
        return RUNTIME.run(
                model,
                request -> {
                    request.writeUTF(kernels.name().toLowerCase(Locale.ROOT));
                    request.writeInt(names.size());
                    for (String name : names) {
                        request.writeUTF(name);
                    }
                },
                inputs);
    }
}
