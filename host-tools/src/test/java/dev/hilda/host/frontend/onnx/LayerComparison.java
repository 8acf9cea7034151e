// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.ValueInfoProto;

/**
 * Each layer of a quantized file by itself: what the oracle makes of the codes that ONNX Runtime has before it, beside the
 * codes that ONNX Runtime has after it. The model that runs there answers with all tensors of codes.
 */
final class LayerComparison {
    private final OnnxCase tried;
    private final IntegerNetwork network;
    private final Oracle oracle;
    /** Of the network's tensors, by their names: the file's that has its codes. */
    private final Map<String, String> traced = new LinkedHashMap<>();

    private int layers;
    private long codes;
    private long unequal;
    private int largest;
    private int largestAllTheWay;

    private LayerComparison(OnnxCase tried) {
        this.tried = tried;
        this.network = tried.network();
        this.oracle = Oracle.of(network);
    }

    static LayerComparison of(Path file, List<float[]> inputs) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return of(file, OnnxReader.of(file, bytes), inputs);
    }

    static LayerComparison of(Path file, OnnxReader.Import imported, List<float[]> inputs) throws IOException {
        LayerComparison comparison = new LayerComparison(new OnnxCase(imported, inputs, List.of()));
        comparison.run(ModelProto.parseFrom(Files.readAllBytes(file)));
        return comparison;
    }

    /** Of all codes: the largest difference of a layer by itself. */
    int largest() {
        return largest;
    }

    long codes() {
        return codes;
    }

    /** Codes that differ. */
    long unequal() {
        return unequal;
    }

    double share() {
        return (double) unequal / codes;
    }

    /** Of the answer, where no layer is given exact codes. */
    int largestAllTheWay() {
        return largestAllTheWay;
    }

    int layers() {
        return layers;
    }

    @Override
    public String toString() {
        return "%d layers of %d, %d of %d codes off, by up to %d; all the way by up to %d"
                .formatted(layers, network.layers().size(), unequal, codes, largest, largestAllTheWay);
    }

    private void run(ModelProto model) throws IOException {
        Map<String, ElementType> types = new HashMap<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            for (String output : node.getOutputList()) {
                fileTensor(output)
                        .filter(tensor ->
                                tensor.type().isCode() || node.getOpType().endsWith("Quant"))
                        .ifPresent(tensor -> networkTensor(model, tensor.value())
                                .ifPresent(name -> {
                                    traced.putIfAbsent(name, output);
                                    types.put(output, tensor.type());
                                }));
            }
        }
        ModelProto standard = StandardOperators.of(model);
        GraphProto.Builder graph = standard.getGraph().toBuilder().clearOutput();
        traced.values()
                .forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
        Path file = Files.createTempFile("traced", ".onnx");
        try {
            Files.write(file, standard.toBuilder().setGraph(graph).build().toByteArray());
            List<byte[]> answers = OnnxRuntime.run(
                    file, tried.inputs().stream().map(OnnxCase::bytes).toList());
            for (int index = 0; index < answers.size(); index++) {
                compare(tried.inputs().get(index), split(answers.get(index), types));
            }
        } finally {
            Files.delete(file);
        }
    }

    /** An answer has its output's name. */
    private Optional<String> networkTensor(ModelProto model, String value) {
        return Stream.concat(
                        Stream.of(value),
                        model.getGraph().getOutputList().stream()
                                .map(ValueInfoProto::getName)
                                .filter(name -> fileTensor(name)
                                        .filter(tensor -> tensor.value().equals(value))
                                        .isPresent()))
                .filter(name -> network.tensors().stream()
                        .anyMatch(given -> given.name().equals(name)))
                .findFirst();
    }

    private Optional<Activations> fileTensor(String name) {
        return Optional.ofNullable(tried.imported().tensors().get(name));
    }

    /** Codes in the graph's order, by the network's tensors. */
    private Map<String, int[]> split(byte[] answer, Map<String, ElementType> types) {
        ByteBuffer bytes = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, int[]> split = new HashMap<>();
        traced.forEach((value, name) -> {
            Tensor tensor = tensor(value);
            ElementType type = types.getOrDefault(name, ElementType.FLOAT);
            Layout layout = fileTensor(name).orElseThrow().layout();
            int[] positions = layout.positions();
            int[] codes = new int[positions.length];
            for (int position : positions) {
                codes[position] = type.isCode()
                        ? (bytes.get() + type.codeOffset()) & 0xFF
                        : (int) Math.rint(bytes.getFloat() / tensor.scale()) + tensor.zeroPoint();
            }
            split.put(value, codes);
        });
        return split;
    }

    private Tensor tensor(String name) {
        return network.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void compare(float[] input, Map<String, int[]> expected) {
        int[] fed = tried.codes(network, input);
        int[][] tensors = new int[network.tensors().size()][];
        int read = 0;
        for (int index : network.inputs()) {
            int count = network.tensors().get(index).shape().elements();
            tensors[index] = Arrays.copyOfRange(fed, read, read + count);
            read += count;
        }
        layers = 0;
        for (int layer = 0; layer < network.layers().size(); layer++) {
            int output = network.layers().get(layer).output();
            tensors[output] = oracle.runLayer(layer, tensors);
            int[] exact = expected.get(network.tensors().get(output).name());
            if (exact != null) {
                layers++;
                codes += exact.length;
                largest = Math.max(largest, difference(tensors[output], exact, true));
                tensors[output] = exact;
            }
        }
        int[] answer = oracle.runCodes(fed);
        int[] last = expected.get(network.outputTensors().get(0).name());
        if (last != null) {
            largestAllTheWay = Math.max(largestAllTheWay, difference(Arrays.copyOf(answer, last.length), last, false));
        }
    }

    private int difference(int[] made, int[] exact, boolean counts) {
        int most = 0;
        for (int index = 0; index < exact.length; index++) {
            int difference = Math.abs(made[index] - exact[index]);
            most = Math.max(most, difference);
            unequal += counts && difference > 0 ? 1 : 0;
        }
        return most;
    }
}
