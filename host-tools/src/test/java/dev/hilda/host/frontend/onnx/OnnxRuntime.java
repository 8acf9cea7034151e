// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.RuntimeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * ONNX Runtime itself as an oracle: a process of its own, because its library and ND4J's crash one that has both. The build
 * puts the jar into target/onnx-runtime.
 */
public final class OnnxRuntime {
    /** Why a test that needs it does not run. */
    public static final String ABSENT = "no ONNX Runtime for this machine: it is there for Linux on x86-64";

    private static final RuntimeProcess RUNTIME = new RuntimeProcess(
            Path.of("src/test/onnx-runtime/RunOnnx.java"), Path.of("target/onnx-runtime"), List.of());

    private OnnxRuntime() {}

    public static boolean isPresent() {
        return RuntimeProcess.isPresent();
    }

    /**
     * The model's outputs for each input.
     *
     * @param inputs bytes of the input tensors, one after the other, little-endian
     * @return bytes of the output tensors, one after the other, one array an input
     * @throws IOException also with what ONNX Runtime says of a model that it does not run
     */
    public static List<byte[]> run(Path model, List<byte[]> inputs) throws IOException {
        return RUNTIME.run(model, request -> {}, inputs);
    }
}
