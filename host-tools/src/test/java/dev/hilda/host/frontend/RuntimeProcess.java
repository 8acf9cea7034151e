// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

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
 * A runtime that runs models with its jars alone, in a process that many tests ask: its native libraries do not go together
 * with ND4J's. The build puts the jars into a folder of target.
 */
public final class RuntimeProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path program;
    private final Path jars;
    private final List<String> javaOptions;

    private @Nullable Resident resident;

    /**
     * @param program source of its main class
     * @param javaOptions beside the class path
     */
    public RuntimeProcess(Path program, Path jars, List<String> javaOptions) {
        this.program = program.toAbsolutePath();
        this.jars = jars.toAbsolutePath();
        this.javaOptions = List.copyOf(javaOptions);
    }

    /** Whether there is a runtime for this machine. */
    public static boolean isPresent() {
        return System.getProperty("os.arch").equals("amd64")
                && System.getProperty("os.name").equals("Linux");
    }

    /**
     * The model's outputs for each input.
     *
     * @param options what the program reads between the model and the inputs
     * @param inputs bytes of the input tensors, one after the other
     * @return bytes of the output tensors, one after the other, one array an input
     * @throws IOException also with what the runtime says of a model that it does not run
     */
    public List<byte[]> run(Path model, Resident.Request options, List<byte[]> inputs) throws IOException {
        Reply reply = running()
                .ask(
                        PATIENCE,
                        request -> {
                            request.writeUTF(model.toAbsolutePath().toString());
                            options.writeTo(request);
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

    private synchronized Resident running() throws IOException {
        if (!Files.isDirectory(jars)) {
            throw new IllegalStateException(jars + " is absent: the Maven phase process-test-resources makes it");
        }
        Resident before = resident;
        if (before != null && before.isAlive()) {
            return before;
        }
        List<String> arguments = new ArrayList<>(javaOptions);
        arguments.add("-XX:TieredStopAtLevel=1");
        arguments.add("-cp");
        arguments.add(CompiledProgram.of(program, jars) + ":" + jars + "/*");
        String main = program.getFileName().toString().replace(".java", "");
        arguments.add(main);
        Resident started = Resident.start(arguments, Map.of(), main);
        resident = started;
        return started;
    }
}
