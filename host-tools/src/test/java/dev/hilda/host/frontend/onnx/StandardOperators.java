// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;

/** QONNX in the operators that ONNX Runtime knows, after QONNX's own definition of Quant and BipolarQuant. */
final class StandardOperators {
    /** The last whose Unsqueeze and Squeeze have their axes as attributes, as the files do. */
    private static final int OPSET = 12;

    private final GraphProto.Builder graph;
    private final Map<String, TensorProto> constants;

    private StandardOperators(GraphProto given) {
        this.graph = given.toBuilder().clearNode();
        this.constants =
                given.getInitializerList().stream().collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
        given.getNodeList().forEach(this::add);
    }

    static ModelProto of(ModelProto model) {
        boolean isQonnx = model.getGraph().getNodeList().stream().anyMatch(StandardOperators::isQuant);
        if (!isQonnx) {
            return model;
        }
        return model.toBuilder()
                .clearOpsetImport()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setIrVersion(Math.max(6, model.getIrVersion()))
                .setGraph(new StandardOperators(model.getGraph()).graph)
                .build();
    }

    private static boolean isQuant(NodeProto node) {
        return node.getOpType().equals("Quant") || node.getOpType().equals("BipolarQuant");
    }

    private void add(NodeProto node) {
        if (!isQuant(node)) {
            graph.addNode(node);
            return;
        }
        String to = node.getOutput(0);
        String x = node.getInput(0);
        String scale = node.getInput(1);
        if (node.getOpType().equals("BipolarQuant")) {
            constant(to + "/zero", 0);
            op("Less", to + "/negative", x, to + "/zero");
            op("Neg", to + "/minus", scale);
            op("Where", to, to + "/negative", to + "/minus", scale);
            return;
        }
        String zero = node.getInput(2);
        double bits = new TensorReader(Path.of(""))
                .read(Objects.requireNonNull(constants.get(node.getInput(3))))
                .scalar("bits");
        boolean isSigned = attribute(node, "signed", 1) != 0;
        boolean isNarrow = attribute(node, "narrow", 0) != 0;
        double half = Math.pow(2, bits - 1);
        constant(to + "/low", isSigned ? -half + (isNarrow ? 1 : 0) : 0);
        constant(to + "/high", isSigned ? half - 1 : 2 * half - (isNarrow ? 2 : 1));
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Cast")
                .addInput(zero)
                .addOutput(to + "/zero")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("to")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1)));
        op("Div", to + "/steps", x, scale);
        op("Add", to + "/shifted", to + "/steps", to + "/zero");
        op("Round", to + "/rounded", to + "/shifted");
        op("Clip", to + "/clipped", to + "/rounded", to + "/low", to + "/high");
        op("Sub", to + "/unshifted", to + "/clipped", to + "/zero");
        op("Mul", to, to + "/unshifted", scale);
    }

    private static long attribute(NodeProto node, String name, long otherwise) {
        return node.getAttributeList().stream()
                .filter(given -> given.getName().equals(name))
                .map(AttributeProto::getI)
                .findFirst()
                .orElse(otherwise);
    }

    private void op(String type, String output, String... inputs) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .addAllInput(List.of(inputs))
                .addOutput(output));
    }

    private void constant(String name, double value) {
        graph.addInitializer(
                TensorProto.newBuilder().setName(name).setDataType(1).addFloatData((float) value));
    }
}
