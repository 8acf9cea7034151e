// SPDX-License-Identifier: Apache-2.0
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteOk;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.InterpreterOptions;
import org.bytedeco.tensorflowlite.TfLiteTensor;

/**
 * Runs a model as TensorFlow Lite does by default, with its XNNPACK delegate; without the delegate its kernels may round
 * otherwise. Started from its source in a process of its own: its JavaCPP and ND4J's cannot share one.
 *
 * <p>Arguments: model, input file, output file, {@code xnnpack} or {@code own} kernels. Both files: int32 count, then for
 * each inference int32 length and bytes, big-endian lengths, tensor bytes as they are in memory, those of several input
 * or output tensors one after the other. With names of tensors as further arguments, each of those instead, whether output or not:
 * its int32 length, 0 where there is none, its type and its bytes.
 */
public final class RunModel {
    private RunModel() {}

    public static void main(String... arguments) throws IOException {
        FlatBufferModel model = FlatBufferModel.BuildFromFile(arguments[0]);
        if (model == null || model.isNull()) {
            throw new IOException("TensorFlow Lite cannot load " + arguments[0]);
        }
        Interpreter interpreter = new Interpreter((Pointer) null);
        BuiltinOpResolver kernels = arguments[3].equals("own")
                ? new BuiltinOpResolverWithoutDefaultDelegates()
                : new BuiltinOpResolver();
        List<String> names = List.of(arguments).subList(4, arguments.length);
        InterpreterOptions options = new InterpreterOptions();
        options.SetPreserveAllTensors(!names.isEmpty());
        InterpreterBuilder builder = new InterpreterBuilder(model, kernels, options);
        require(builder.apply(interpreter), "build an interpreter");
        require(interpreter.AllocateTensors(), "allocate tensors");
        try (DataInputStream inputs = new DataInputStream(Files.newInputStream(Path.of(arguments[1])));
                DataOutputStream outputs = new DataOutputStream(Files.newOutputStream(Path.of(arguments[2])))) {
            int count = inputs.readInt();
            outputs.writeInt(count);
            for (int inference = 0; inference < count; inference++) {
                run(interpreter, inputs.readNBytes(inputs.readInt()));
                byte[] result = names.isEmpty() ? outputs(interpreter) : tensors(interpreter, names);
                outputs.writeInt(result.length);
                outputs.write(result);
            }
        }
    }

    private static void run(Interpreter interpreter, byte[] bytes) throws IOException {
        int read = 0;
        for (int index = 0; index < interpreter.inputs().limit(); index++) {
            TfLiteTensor input = interpreter.input_tensor(index);
            int count = (int) input.bytes();
            if (bytes.length - read < count) {
                throw new IOException("expected more input bytes than " + bytes.length);
            }
            new BytePointer(input.data().data()).capacity(count).put(bytes, read, count);
            read += count;
        }
        if (read != bytes.length) {
            throw new IOException("expected " + read + " input bytes, got " + bytes.length);
        }
        require(interpreter.Invoke(), "run the model");
    }

    private static byte[] outputs(Interpreter interpreter) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int index = 0; index < interpreter.outputs().limit(); index++) {
            all.writeBytes(bytes(interpreter.output_tensor(index)));
        }
        return all.toByteArray();
    }

    private static byte[] tensors(Interpreter interpreter, List<String> names) throws IOException {
        Map<String, TfLiteTensor> byName = new HashMap<>();
        for (int index = 0; index < interpreter.tensors_size(); index++) {
            TfLiteTensor tensor = interpreter.tensor(index);
            if (tensor.name() != null && !tensor.name().isNull()) {
                byName.putIfAbsent(tensor.name().getString(), tensor);
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream stream = new DataOutputStream(all);
        for (String name : names) {
            TfLiteTensor tensor = byName.get(name);
            byte[] codes = tensor == null ? new byte[0] : bytes(tensor);
            stream.writeInt(codes.length);
            stream.writeInt(tensor == null ? 0 : tensor.type());
            stream.write(codes);
        }
        return all.toByteArray();
    }

    private static byte[] bytes(TfLiteTensor tensor) {
        byte[] result = new byte[(int) tensor.bytes()];
        new BytePointer(tensor.data().data()).capacity(result.length).get(result);
        return result;
    }

    private static void require(int status, String what) throws IOException {
        if (status != kTfLiteOk) {
            throw new IOException("TensorFlow Lite could not " + what + ": status " + status);
        }
    }
}
