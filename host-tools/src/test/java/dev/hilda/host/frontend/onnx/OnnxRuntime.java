// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.bench.CompiledProgram;
import dev.hilda.host.bench.Resident;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime itself as an oracle: a process of its own, because its library and ND4J's crash one that has both. The build
 * puts the jar into target/onnx-runtime.
 */
public final class OnnxRuntime {
    /** Why a test that needs it does not run. */
    public static final String ABSENT = "no ONNX Runtime for this machine: it is there for Linux on x86-64";

    private static final Path JARS = Path.of("target/onnx-runtime").toAbsolutePath();
    private static final Path PROGRAM =
            Path.of("src/test/onnx-runtime/RunOnnx.java").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static @Nullable Resident resident;

    private OnnxRuntime() {}

    public static boolean isPresent() {
        return System.getProperty("os.arch").equals("amd64")
                && System.getProperty("os.name").equals("Linux");
    }

    /**
     * The model's outputs for each input.
     *
     * @param inputs bytes of the input tensors, one after the other, little-endian
     * @return bytes of the output tensors, one after the other, one array an input
     * @throws IOException also with what ONNX Runtime says of a model that it does not run
     */
    public static List<byte[]> run(Path model, List<byte[]> inputs) throws IOException {
        Reply reply = resident()
                .ask(
                        PATIENCE,
                        request -> {
                            request.writeUTF(model.toAbsolutePath().toString());
                            request.writeInt(inputs.size());
                            for (byte[] input : inputs) {
                                request.writeInt(input.length);
                                request.write(input);
                            }
                        },
                        answer -> reply(answer, inputs.size()));
        if (!reply.wrong().isEmpty()) {
            throw new IOException(reply.wrong());
        }
        return reply.outputs();
    }

    /** What went wrong, else the outputs. */
    private record Reply(String wrong, List<byte[]> outputs) {}

    private static Reply reply(DataInputStream answer, int count) throws IOException {
        String wrong = answer.readUTF();
        List<byte[]> outputs = new ArrayList<>();
        for (int index = 0; wrong.isEmpty() && index < count; index++) {
            outputs.add(answer.readNBytes(answer.readInt()));
        }
        return new Reply(wrong, outputs);
    }

    private static synchronized Resident resident() throws IOException {
        if (!Files.isDirectory(JARS)) {
            throw new IllegalStateException(JARS + " is absent: the Maven phase process-test-resources makes it");
        }
        Resident running = resident;
        if (running == null || !running.isAlive()) {
            Path classes = CompiledProgram.of(PROGRAM, JARS);
            running = Resident.start(
                    List.of("-XX:TieredStopAtLevel=1", "-cp", classes + ":" + JARS + "/*", "RunOnnx"),
                    Map.of(),
                    "run-onnx");
            resident = running;
        }
        return running;
    }
}
