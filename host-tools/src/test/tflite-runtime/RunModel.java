// SPDX-License-Identifier: Apache-2.0
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteOk;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
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
 * Runs models as TensorFlow Lite does by default, with its XNNPACK delegate; without the delegate its kernels may round
 * otherwise. A process of its own: its JavaCPP and ND4J's cannot share one.
 *
 * <p>Argument: a port of this machine, where requests come from. A request: model, {@code xnnpack} or {@code own} kernels,
 * int32 number of names and these, int32 number of inferences and for each int32 length and bytes, of several input tensors
 * one after the other. The answer: UTF text, empty or what went wrong, then for each inference int32 length and bytes, those
 * of several output tensors one after the other. With names of tensors, each of those instead, whether output or not: its
 * int32 length, 0 where there is none, its type and its bytes. Lengths are big-endian, tensor bytes as they are in memory.
 */
public final class RunModel {
    private RunModel() {}

    public static void main(String... arguments) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
                DataInputStream requests = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                DataOutputStream answers =
                        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
            while (true) {
                answer(requests, answers);
                answers.flush();
            }
        } catch (EOFException testsEnded) {
            System.exit(0);
        }
    }

    private static void answer(DataInputStream requests, DataOutputStream answers) throws IOException {
        String file = requests.readUTF();
        boolean own = requests.readUTF().equals("own");
        List<String> names = new ArrayList<>();
        for (int count = requests.readInt(); count > 0; count--) {
            names.add(requests.readUTF());
        }
        List<byte[]> inputs = new ArrayList<>();
        for (int count = requests.readInt(); count > 0; count--) {
            inputs.add(requests.readNBytes(requests.readInt()));
        }
        List<byte[]> results;
        try {
            results = results(file, own, names, inputs);
        } catch (IOException wrong) {
            answers.writeUTF(wrong.getMessage());
            return;
        }
        answers.writeUTF("");
        for (byte[] result : results) {
            answers.writeInt(result.length);
            answers.write(result);
        }
    }

    private static List<byte[]> results(String file, boolean own, List<String> names, List<byte[]> inputs)
            throws IOException {
        // Closed in the opposite order: an interpreter reads its model to the end.
        try (FlatBufferModel model = FlatBufferModel.BuildFromFile(file);
                BuiltinOpResolver kernels =
                        own ? new BuiltinOpResolverWithoutDefaultDelegates() : new BuiltinOpResolver();
                InterpreterOptions options = new InterpreterOptions();
                Interpreter interpreter = new Interpreter((Pointer) null)) {
            if (model == null || model.isNull()) {
                throw new IOException("TensorFlow Lite cannot load " + file);
            }
            options.SetPreserveAllTensors(!names.isEmpty());
            try (InterpreterBuilder builder = new InterpreterBuilder(model, kernels, options)) {
                require(builder.apply(interpreter), "build an interpreter");
            }
            require(interpreter.AllocateTensors(), "allocate tensors");
            List<byte[]> results = new ArrayList<>();
            for (byte[] input : inputs) {
                run(interpreter, input);
                results.add(names.isEmpty() ? outputs(interpreter) : tensors(interpreter, names));
            }
            return results;
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
