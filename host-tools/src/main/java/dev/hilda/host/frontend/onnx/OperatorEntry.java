// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

/** One of the file's nodes. */
final class OperatorEntry {
    private final int index;
    private final String kind;
    private final String name;
    private final List<String> inputs;
    private final List<String> outputs;
    private final Map<String, AttributeProto> attributes = new HashMap<>();

    /** @param index of the node in its graph */
    OperatorEntry(int index, NodeProto node) {
        this.index = index;
        this.kind = isStandard(node.getDomain()) ? node.getOpType() : node.getDomain() + "." + node.getOpType();
        this.name = node.getName();
        this.inputs = List.copyOf(node.getInputList());
        this.outputs = List.copyOf(node.getOutputList());
        node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
    }

    static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** The operator, with its domain before it where that is not the standard one. */
    String kind() {
        return kind;
    }

    /** For messages. */
    String place() {
        return "node " + index + " (" + kind + (name.isEmpty() ? "" : " \"" + name + "\"") + ")";
    }

    /** Names of tensors; empty for one that is left out. */
    List<String> inputs() {
        return inputs;
    }

    List<String> outputs() {
        return outputs;
    }

    String output() {
        ImportProblem.requireIntact(!outputs.isEmpty() && !outputs.get(0).isEmpty(), "an output", "none");
        return outputs.get(0);
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long otherwise) {
        return of(attribute, AttributeType.INT).map(AttributeProto::getI).orElse(otherwise);
    }

    boolean flag(String attribute) {
        return integer(attribute, 0) != 0;
    }

    double real(String attribute, double otherwise) {
        return of(attribute, AttributeType.FLOAT)
                .map(given -> (double) given.getF())
                .orElse(otherwise);
    }

    String text(String attribute, String otherwise) {
        return of(attribute, AttributeType.STRING)
                .map(given -> given.getS().toStringUtf8())
                .orElse(otherwise);
    }

    Optional<long[]> integers(String attribute) {
        return of(attribute, AttributeType.INTS)
                .map(given ->
                        given.getIntsList().stream().mapToLong(Long::longValue).toArray());
    }

    Optional<double[]> reals(String attribute) {
        return of(attribute, AttributeType.FLOATS)
                .map(given -> given.getFloatsList().stream()
                        .mapToDouble(Float::doubleValue)
                        .toArray());
    }

    Optional<TensorProto> tensor(String attribute) {
        return of(attribute, AttributeType.TENSOR).map(AttributeProto::getT);
    }

    private Optional<AttributeProto> of(String attribute, AttributeType type) {
        AttributeProto given = attributes.get(attribute);
        ImportProblem.requireIntact(
                given == null || given.getType() == type,
                "attribute " + attribute + " of type " + type,
                given == null ? "" : given.getType());
        return Optional.ofNullable(given);
    }
}
