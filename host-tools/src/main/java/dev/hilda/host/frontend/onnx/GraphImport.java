// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.frontend.Refusals;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.ValueInfoProto;

/** Builds the graph out of a file's nodes. */
final class GraphImport {
    private final ModelFile file;
    private final Refusals refusals;
    private final InputOrder order;
    private final Map<String, Value> values;
    private final List<Layout> inputs = new ArrayList<>();
    private final List<OperatorEntry> operators;
    private final NodeImport.Scope scope;
    private final GraphDraft draft = new GraphDraft();
    private final Remarks remarks = new Remarks();
    /** Results of refused nodes: what reads them is not looked at. */
    private final Set<String> unknown = new HashSet<>();

    /** In which order a graph's input holds what the file's does. */
    enum InputOrder {
        CHANNELS_LAST,
        AS_IN_FILE
    }

    GraphImport(ModelFile file, Map<String, Constant> constants, InputOrder order, Refusals refusals, long dataBytes) {
        this.file = file;
        this.refusals = refusals;
        this.order = order;
        this.values = new HashMap<>(constants);
        this.operators = file.operators();
        List<String> outputs = file.graph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
        this.scope = new NodeImport.Scope(
                file.opset(), draft, new Readers(operators, outputs), remarks, new ElementBudget(dataBytes));
        file.inputs(constants).forEach(this::addInput);
    }

    GraphDraft draft() {
        return draft;
    }

    /** Where the file's elements are in the graph's inputs. */
    List<Layout> inputs() {
        return inputs;
    }

    Map<String, Activations> tensors() {
        Map<String, Activations> made = new HashMap<>();
        values.forEach((name, value) -> {
            if (value instanceof Activations activations) {
                made.put(name, activations);
            }
        });
        return made;
    }

    Remarks remarks() {
        return remarks;
    }

    private void addInput(ValueInfoProto input) {
        refusals.attempt("", "", () -> {
            List<Integer> dims = ModelFile.dims(input);
            ElementType type =
                    ElementType.of(input.getType().getTensorType().getElemType(), "input \"" + input.getName() + "\"");
            if (type != ElementType.FLOAT && !type.isCode()) {
                throw new ImportProblem(
                        "inputs of float, int8 or uint8",
                        "input \"" + input.getName() + "\" of " + type,
                        "export the model as float32 or fully quantized to 8 bits");
            }
            if (dims.size() > 4) {
                throw new ImportProblem(
                        "an input of at most 4 axes",
                        "\"" + input.getName() + "\" of " + dims,
                        "use one-dimensional or two-dimensional layers");
            }
            boolean isReordered = order == InputOrder.CHANNELS_LAST && dims.size() > 2;
            draft.addInput(input.getName(), isReordered ? NodeImport.imageShape(dims) : shape(dims));
            Layout layout = isReordered ? Layout.channelsLast(dims) : Layout.rowMajor(dims);
            if (isReordered && !layout.isRowMajor()) {
                remarks.add("input " + input.getName() + " is fed channels last, as " + draft.shape(input.getName())
                        + ": the file has " + dims + ", channels first");
            }
            inputs.add(layout);
            values.put(input.getName(), new Activations(input.getName(), layout, type));
        });
    }

    /** The last axis is that of channels, before it are those of width and height. */
    private static TensorShape shape(List<Integer> dims) {
        int rank = dims.size();
        return new TensorShape(
                rank > 3 ? dims.get(rank - 3) : rank == 3 && dims.get(0) > 1 ? dims.get(0) : 1,
                rank > 1 ? dims.get(rank - 2) : 1,
                rank > 0 ? dims.get(rank - 1) : 1);
    }

    /** Imports all nodes; what cannot be is told to the refusals. */
    void run() {
        for (OperatorEntry entry : operators) {
            boolean isReadable = entry.inputs().stream().noneMatch(unknown::contains);
            if (!OperatorTable.isKnown(entry.kind())) {
                refusals.addUnsupported(entry.kind());
                unknown.addAll(entry.outputs());
            } else if (!isReadable || !refusals.attempt(entry.place(), entry.kind(), () -> add(entry))) {
                unknown.addAll(entry.outputs());
            }
        }
    }

    private void add(OperatorEntry entry) {
        NodeImport node =
                new NodeImport(entry, entry.inputs().stream().map(this::value).toList(), scope);
        List<Value> made = ConstantFolding.of(node)
                .or(() -> OperatorTable.run(node))
                .orElseThrow(() -> new ImportProblem(
                        entry.kind() + " only of constants and fixed shapes",
                        "one of a tensor that is made at run time",
                        "export the model without it"));
        for (int index = 0; index < made.size(); index++) {
            if (made.get(index) instanceof Constant constant) {
                scope.budget().spend(constant.size());
            }
            String name = entry.outputs().get(index);
            if (!name.isEmpty()) {
                ImportProblem.requireIntact(!values.containsKey(name), "an output of its own", name + " again");
                values.put(name, made.get(index));
            }
        }
    }

    private Optional<Value> value(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Value value = values.get(name);
        ImportProblem.requireIntact(
                value != null, "inputs that earlier nodes make", "tensor \"" + name + "\", which none makes");
        return Optional.ofNullable(value);
    }

    /** The graph's outputs, named as in the file. */
    List<Answer> outputs() {
        List<Answer> answers = new ArrayList<>();
        for (ValueInfoProto output : file.graph().getOutputList()) {
            refusals.attempt("output \"" + output.getName() + "\"", "", () -> answers.add(output(output.getName())));
        }
        refusals.throwIfAny();
        return answers;
    }

    /**
     * An output of the graph.
     *
     * @param name the file's
     * @param layout where the file's elements are in it
     */
    record Answer(String name, Layout layout) {}

    private Answer output(String name) {
        if (value(name).orElseThrow() instanceof Activations made) {
            Layout layout = made.layout();
            if (!layout.isRowMajor() && !layout.isChannelsLast()) {
                throw new ImportProblem(
                        "an output in the file's order or with channels last",
                        layout.dims() + ", transposed or reshaped from channels first",
                        "make the layer before that transposition or reshape the output");
            }
            if (!layout.isRowMajor()) {
                remarks.add("output " + name + " is given channels last: the file has " + layout.dims()
                        + ", channels first");
            }
            TensorShape stored = draft.shape(made.value());
            String named = made.value().equals(name)
                    ? name
                    : draft.add(name, new Operator.Reshape(stored), List.of(made.value()));
            return new Answer(named, layout);
        }
        throw new ImportProblem("an output that depends on the input", "a constant", "correct the model");
    }
}
