// SPDX-License-Identifier: Apache-2.0
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs models with ONNX Runtime, without its optimizations and in one thread. A process of its own: its library and ND4J's
 * crash one that has both.
 *
 * <p>Argument: a port of this machine, where requests come from. A request: model, int32 number of inferences and for each
 * int32 length and bytes, of several input tensors one after the other. The answer: UTF text, empty or what went wrong, then
 * for each inference int32 length and bytes, those of several output tensors one after the other. Lengths are big-endian,
 * tensors little-endian. Open extents are 1.
 */
public final class RunOnnx {
    private RunOnnx() {}

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
        List<byte[]> inputs = new ArrayList<>();
        for (int count = requests.readInt(); count > 0; count--) {
            inputs.add(requests.readNBytes(requests.readInt()));
        }
        List<byte[]> results;
        try {
            results = results(file, inputs);
        } catch (OrtException wrong) {
            answers.writeUTF(String.valueOf(wrong.getMessage()));
            return;
        }
        answers.writeUTF("");
        for (byte[] result : results) {
            answers.writeInt(result.length);
            answers.write(result);
        }
    }

    private static List<byte[]> results(String file, List<byte[]> inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            List<byte[]> results = new ArrayList<>();
            try (OrtSession session = environment.createSession(file, options)) {
                for (byte[] input : inputs) {
                    results.add(run(environment, session, ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN)));
                }
            }
            return results;
        }
    }

    private static byte[] run(OrtEnvironment environment, OrtSession session, ByteBuffer input) throws OrtException {
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        for (NodeInfo node : session.getInputInfo().values()) {
            TensorInfo info = (TensorInfo) node.getInfo();
            long[] shape = info.getShape();
            int bytes = info.type.size;
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = Math.max(1, shape[axis]);
                bytes *= (int) shape[axis];
            }
            ByteBuffer tensor = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            tensor.put(input.slice().limit(bytes)).flip();
            input.position(input.position() + bytes);
            fed.put(node.getName(), OnnxTensor.createTensor(environment, tensor, shape, info.type));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OrtSession.Result result = session.run(fed)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                ByteBuffer tensor = ((OnnxTensor) output.getValue()).getByteBuffer();
                byte[] bytes = new byte[tensor.remaining()];
                tensor.get(bytes);
                all.writeBytes(bytes);
            }
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
        return all.toByteArray();
    }
}
