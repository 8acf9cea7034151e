// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A file's first subgraph: its tensors and operators, checked one by one but not yet against each other. */
final class ModelFile {
    private static final int MAX_OPERATORS = 4096;
    private static final int MAX_TENSORS = 16384;
    private static final int MAX_OPERATOR_TENSORS = 64;
    private static final int ABSENT = -1;
    private static final int MAX_NAME_LENGTH = 200;

    private final FlatTable model;
    private final FlatTable subgraph;
    private final List<TensorEntry> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private ModelFile(FlatTable model, FlatTable subgraph) {
        this.model = model;
        this.subgraph = subgraph;
    }

    static ModelFile of(ByteBuffer bytes) {
        byte[] identifier = new byte[4];
        ImportProblem.requireIntact(bytes.limit() >= 8, "a file of at least 8 bytes", bytes.limit());
        bytes.get(4, identifier);
        String found = new String(identifier, StandardCharsets.ISO_8859_1);
        ImportProblem.requireIntact(
                found.equals(Schema.FILE_IDENTIFIER),
                "a TensorFlow Lite file (" + Schema.FILE_IDENTIFIER + " at byte 4)",
                "\"" + printable(found) + "\"");
        FlatTable model = FlatTable.root(bytes);
        int version = model.getInt(Schema.Model.VERSION, 0);
        ImportProblem.requireIntact(version == Schema.VERSION, "schema version " + Schema.VERSION, version);
        int subgraphs = model.tableCount(Schema.Model.SUBGRAPHS);
        ImportProblem.requireIntact(subgraphs >= 1, "a subgraph", "none");
        ModelFile file = new ModelFile(model, model.getTable(Schema.Model.SUBGRAPHS, 0));
        file.readTensors();
        return file;
    }

    /** Others are the branches and loops of control flow, or other signatures. */
    void requireOneSubgraph() {
        int subgraphs = model.tableCount(Schema.Model.SUBGRAPHS);
        if (subgraphs != 1) {
            throw new ImportProblem(
                    "1 subgraph",
                    subgraphs + " subgraphs",
                    "export the model without control flow or other signatures");
        }
    }

    private void readTensors() {
        int count = subgraph.tableCount(Schema.Subgraph.TENSORS);
        ImportProblem.requireIntact(count <= MAX_TENSORS, "at most " + MAX_TENSORS + " tensors", count);
        ImportProblem.requireIntact(
                operatorCount() <= MAX_OPERATORS, "at most " + MAX_OPERATORS + " operators", operatorCount());
        for (int index = 0; index < count; index++) {
            FlatTable tensor = subgraph.getTable(Schema.Subgraph.TENSORS, index);
            tensors.add(TensorEntry.of(model, tensor, shortName(tensor.getBytes(Schema.Tensor.NAME))));
        }
        nameUniquely();
    }

    /** A weight that has the name of the value made with it leaves that name to the value. */
    private void nameUniquely() {
        for (boolean isConstant : new boolean[] {false, true}) {
            for (int index = 0; index < tensors.size(); index++) {
                TensorEntry tensor = tensors.get(index);
                if (tensor.isConstant() == isConstant) {
                    tensors.set(index, tensor.named(uniqueName(tensor.name(), index)));
                }
            }
        }
    }

    private String uniqueName(String given, int index) {
        String name = given.isEmpty() ? "tensor" : given;
        if (given.isEmpty() || names.contains(name)) {
            name += "_" + index;
        }
        while (!names.add(name)) {
            name += "_";
        }
        return name;
    }

    /** Up to the first semicolon: the converter strings together the names of all that it fused. */
    private static String shortName(ByteBuffer bytes) {
        ByteBuffer head = bytes.limit() > MAX_NAME_LENGTH ? bytes.slice(0, MAX_NAME_LENGTH) : bytes;
        String name = StandardCharsets.UTF_8.decode(head).toString();
        int end = name.indexOf(';');
        return printable(end < 0 ? name : name.substring(0, end));
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\p{Print}]", "?");
    }

    String description() {
        ByteBuffer bytes = model.getBytes(Schema.Model.DESCRIPTION);
        ByteBuffer head = bytes.limit() > MAX_NAME_LENGTH ? bytes.slice(0, MAX_NAME_LENGTH) : bytes;
        return printable(StandardCharsets.UTF_8.decode(head).toString());
    }

    TensorEntry tensor(int index) {
        return tensors.get(index);
    }

    boolean hasTensor(String name) {
        return names.contains(name);
    }

    void requireInputsAndOutputs() {
        inputs();
        outputs();
    }

    /** Indices of the inputs, each once. */
    List<Integer> inputs() {
        return distinct(Schema.Subgraph.INPUTS, "input");
    }

    /** Indices of the outputs, each once. */
    List<Integer> outputs() {
        return distinct(Schema.Subgraph.OUTPUTS, "output");
    }

    private List<Integer> distinct(int field, String what) {
        IntBuffer indices = subgraph.getInts(field);
        Set<Integer> distinct = new LinkedHashSet<>();
        while (indices.hasRemaining()) {
            int index = requireTensor(indices.get());
            if (!distinct.add(index)) {
                throw new ImportProblem(
                        what + "s that differ",
                        what + " " + tensor(index).name() + " twice",
                        "export it with each " + what + " once");
            }
        }
        if (distinct.isEmpty()) {
            throw new ImportProblem("a model with an " + what, "0 " + what + "s", "export it with an " + what);
        }
        return List.copyOf(distinct);
    }

    int operatorCount() {
        return subgraph.tableCount(Schema.Subgraph.OPERATORS);
    }

    FlatTable operator(int index) {
        return subgraph.getTable(Schema.Subgraph.OPERATORS, index);
    }

    /** The schema's number of the operator. */
    int operatorCode(FlatTable operator) {
        FlatTable code = codeOf(operator);
        // Numbers below 127 stand in either field, larger ones only in the newer.
        return Math.max(
                code.getByte(Schema.OperatorCode.DEPRECATED_BUILTIN_CODE, (byte) 0),
                code.getInt(Schema.OperatorCode.BUILTIN_CODE, 0));
    }

    /** The schema's name of the operator; of a custom one also its own. */
    String operatorName(FlatTable operator) {
        int code = operatorCode(operator);
        return code == OperatorNames.CUSTOM
                ? OperatorNames.of(code) + " " + shortName(codeOf(operator).getBytes(Schema.OperatorCode.CUSTOM_CODE))
                : OperatorNames.of(code);
    }

    private FlatTable codeOf(FlatTable operator) {
        int index = operator.getInt(Schema.Operator.OPCODE_INDEX, 0);
        int count = model.tableCount(Schema.Model.OPERATOR_CODES);
        ImportProblem.requireIntact(index >= 0 && index < count, "one of " + count + " operator codes", index);
        return model.getTable(Schema.Model.OPERATOR_CODES, index);
    }

    /** The tensors that an operator reads or writes; empty for an optional one that is not there. */
    List<Optional<TensorEntry>> tensorsOf(FlatTable operator, int field) {
        IntBuffer indices = operator.getInts(field);
        ImportProblem.requireIntact(
                indices.remaining() <= MAX_OPERATOR_TENSORS,
                "at most " + MAX_OPERATOR_TENSORS + " tensors",
                indices.remaining());
        List<Optional<TensorEntry>> list = new ArrayList<>();
        while (indices.hasRemaining()) {
            int index = indices.get();
            list.add(index == ABSENT ? Optional.empty() : Optional.of(tensors.get(requireTensor(index))));
        }
        return list;
    }

    private int requireTensor(int index) {
        ImportProblem.requireIntact(
                index >= 0 && index < tensors.size(), "one of " + tensors.size() + " tensors", "tensor " + index);
        return index;
    }
}
