// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.List;
import java.util.function.Consumer;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** ONNX files for tests. */
final class ModelBuilder {
    private static final int IR_VERSION = 8;

    private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(IR_VERSION);
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

    ModelBuilder(int opset) {
        domain("", opset);
    }

    ModelBuilder domain(String domain, int version) {
        model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
        return this;
    }

    ModelBuilder input(String name, int... dims) {
        return input(name, ElementType.FLOAT, dims);
    }

    /** @param dims -1 is an open extent */
    ModelBuilder input(String name, ElementType type, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int extent : dims) {
            shape.addDim(
                    extent < 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("open")
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
        }
        graph.addInput(ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(number(type))
                                .setShape(shape))));
        return this;
    }

    private static int number(ElementType type) {
        return switch (type) {
            case FLOAT -> 1;
            case UINT8 -> 2;
            case INT8 -> 3;
            case INT32 -> 6;
            case INT64 -> 7;
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    ModelBuilder output(String name) {
        graph.addOutput(ValueInfoProto.newBuilder().setName(name));
        return this;
    }

    ModelBuilder floats(String name, List<Integer> dims, float... values) {
        TensorProto.Builder tensor = tensor(name, ElementType.FLOAT, dims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    ModelBuilder longs(String name, long... values) {
        TensorProto.Builder tensor = tensor(name, ElementType.INT64, List.of(values.length));
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    ModelBuilder integers(String name, ElementType type, List<Integer> dims, int... values) {
        TensorProto.Builder tensor = tensor(name, type, dims);
        if (type == ElementType.INT32) {
            for (int value : values) {
                tensor.addInt32Data(value);
            }
        } else {
            byte[] bytes = new byte[values.length];
            for (int index = 0; index < bytes.length; index++) {
                bytes[index] = (byte) values[index];
            }
            tensor.setRawData(ByteString.copyFrom(bytes));
        }
        graph.addInitializer(tensor);
        return this;
    }

    private static TensorProto.Builder tensor(String name, ElementType type, List<Integer> dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(number(type));
        dims.forEach(tensor::addDims);
        return tensor;
    }

    ModelBuilder initializer(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    ModelBuilder node(String type, List<String> inputs, String output) {
        return node(type, inputs, List.of(output), node -> {});
    }

    ModelBuilder node(String type, List<String> inputs, String output, Consumer<NodeProto.Builder> attributes) {
        return node(type, inputs, List.of(output), attributes);
    }

    /** @param type with its domain before it, separated by a colon, where that is not the standard one */
    ModelBuilder node(String type, List<String> inputs, List<String> outputs, Consumer<NodeProto.Builder> attributes) {
        int colon = type.indexOf(':');
        NodeProto.Builder node = NodeProto.newBuilder()
                .setDomain(colon < 0 ? "" : type.substring(0, colon))
                .setOpType(type.substring(colon + 1))
                .setName("n" + graph.getNodeCount())
                .addAllInput(inputs)
                .addAllOutput(outputs);
        attributes.accept(node);
        graph.addNode(node);
        return this;
    }

    static Consumer<NodeProto.Builder> with(String name, long value) {
        return node -> node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value));
    }

    static Consumer<NodeProto.Builder> with(String name, float value) {
        return node -> node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value));
    }

    static Consumer<NodeProto.Builder> with(String name, String value) {
        return node -> node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value)));
    }

    static Consumer<NodeProto.Builder> ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return node -> node.addAttribute(attribute);
    }

    ModelProto model() {
        return model.setGraph(graph).build();
    }

    byte[] bytes() {
        return model().toByteArray();
    }
}
