// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** A parsed file, as far as it concerns the file as a whole. */
record ModelFile(ModelProto model, int opset) {
    private static final int OLDEST_OPSET = 7;
    private static final int NEWEST_OPSET = 23;

    /** Far above what a model without subgraphs has; bounds the stack that a file can ask for. */
    private static final int MAX_DEPTH = 32;

    static ModelFile of(byte[] bytes) {
        ModelProto model = parsed(bytes);
        ImportProblem.requireIntact(
                model.hasGraph() && model.getGraph().getNodeCount() > 0, "an ONNX model with a graph", "none in it");
        int opset = opset(model);
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw new ImportProblem(
                    "operators of opset " + OLDEST_OPSET + " to " + NEWEST_OPSET,
                    opset == 0 ? "no opset" : "opset " + opset + (opset < OLDEST_OPSET ? ", too old" : ", too new"),
                    "export the model with opset 17, or convert it: onnx.version_converter.convert_version(model, 17)");
        }
        return new ModelFile(model, opset);
    }

    private static ModelProto parsed(byte[] bytes) {
        try {
            CodedInputStream stream = CodedInputStream.newInstance(bytes);
            stream.setRecursionLimit(MAX_DEPTH);
            return ModelProto.parseFrom(stream);
        } catch (InvalidProtocolBufferException damaged) {
            throw ImportProblem.damaged("an ONNX model", String.valueOf(damaged.getMessage()));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int opset(ModelProto model) {
        return (int) model.getOpsetImportList().stream()
                .filter(set -> OperatorEntry.isStandard(set.getDomain()))
                .mapToLong(OperatorSetIdProto::getVersion)
                .max()
                .orElse(0);
    }

    GraphProto graph() {
        return model.getGraph();
    }

    String description() {
        String version = model.getProducerVersion();
        return (model.getProducerName() + " " + version).trim();
    }

    /** Its nodes, in their order. */
    List<OperatorEntry> operators() {
        List<OperatorEntry> entries = new ArrayList<>();
        graph().getNodeList().forEach(node -> entries.add(new OperatorEntry(entries.size(), node)));
        return entries;
    }

    Map<String, Constant> constants(TensorReader reader) {
        if (graph().getSparseInitializerCount() > 0) {
            throw new ImportProblem("dense tensors", "sparse ones", "export the model with dense weights");
        }
        Map<String, Constant> constants = new HashMap<>();
        graph().getInitializerList().forEach(tensor -> constants.put(tensor.getName(), reader.read(tensor)));
        return constants;
    }

    /** Names of what is fed: initializers may be among the graph's inputs. */
    List<ValueInfoProto> inputs(Map<String, Constant> constants) {
        List<ValueInfoProto> fed = graph().getInputList().stream()
                .filter(input -> !constants.containsKey(input.getName()))
                .toList();
        ImportProblem.requireIntact(!fed.isEmpty(), "an input", "none");
        return fed;
    }

    /** An open batch size is taken as 1. */
    static List<Integer> dims(ValueInfoProto input) {
        ImportProblem.requireIntact(
                input.getType().hasTensorType()
                        && input.getType().getTensorType().hasShape(),
                "an input tensor \"" + input.getName() + "\" with a shape",
                input.getType().getValueCase());
        List<Integer> dims = new ArrayList<>();
        for (TensorShapeProto.Dimension given :
                input.getType().getTensorType().getShape().getDimList()) {
            boolean isBatch = dims.isEmpty();
            boolean isOpen = !given.hasDimValue() || given.getDimValue() < 1;
            if (isOpen && !isBatch) {
                throw new ImportProblem(
                        "fixed extents of input \"" + input.getName() + "\" beside the batch",
                        "axis " + dims.size() + " open"
                                + (given.hasDimParam() ? " (\"" + given.getDimParam() + "\")" : ""),
                        "export the model with a fixed input size, without dynamic_axes for it");
            }
            long extent = isOpen ? 1 : given.getDimValue();
            ImportProblem.requireIntact(extent <= Integer.MAX_VALUE, "an extent that fits a tensor", extent);
            dims.add((int) extent);
        }
        if (dims.size() > 1 && dims.get(0) != 1) {
            throw new ImportProblem(
                    "an input of batch size 1",
                    input.getName() + " " + dims,
                    "export the model with batch size 1, or with an open one");
        }
        return dims;
    }
}
