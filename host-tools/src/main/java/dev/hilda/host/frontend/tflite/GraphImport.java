// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.NumberFormat;
import dev.hilda.host.frontend.Refusals;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Builds the graph out of a file's tensors and operators. */
final class GraphImport {
    /** How often a file may use its constants: above tied weights, far below what would fill the memory. */
    private static final int MAX_CONSTANT_USES = 4;

    /** A grouped convolution of a small file may be mostly zeros. */
    private static final long MIN_ZEROS_BETWEEN_GROUPS = 1 << 16;

    /** Of rows, columns and channels that operators of a small file may choose. */
    private static final int MIN_INDICES = 1 << 16;

    private static final double SOFTMAX_SCALE = 1.0 / 256;

    private final Path path;
    private final ModelFile file;
    private final Refusals refusals;
    private final long maxConstantElements;
    private final List<OperatorEntry> operators;
    private final List<TensorEntry> unsupportedResults;
    /** As the board gets them. */
    private final List<TensorEntry> inputs;

    /** Whether numbers are codes: of one input and all. */
    private final boolean isQuantized;

    /** Outputs as the file names them. */
    private final Set<String> givenNames;

    private final List<TensorEntry> outputs;

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorShape> shapes = new HashMap<>();
    /** Results of refused operators of which not even the shape is known: what reads them is not looked at. */
    private final Set<String> unknown = new HashSet<>();

    private final Map<String, ActivationQuantization> activations = new HashMap<>();
    private final Map<String, WeightQuantization> weights = new HashMap<>();
    private long constantElements;
    private long zerosBetweenGroups;
    private long indices;
    private NumberFormat numbers;

    /** @param fileBytes bounds what the constants may take */
    GraphImport(Path path, ModelFile file, long fileBytes) {
        this.path = path;
        this.file = file;
        this.refusals = new Refusals(path);
        this.maxConstantElements = MAX_CONSTANT_USES * fileBytes;
        FileOperators read = FileOperators.of(path, file, refusals);
        this.unsupportedResults = read.unsupportedResults();
        requireInFile(file::requireOneSubgraph);
        requireInFile(file::requireInputsAndOutputs);
        List<OperatorEntry> known = new ArrayList<>();
        ConstantFolding constants = new ConstantFolding(maxConstantElements);
        for (OperatorEntry entry : read.supported()) {
            at(path, entry.place(), () -> constants.apply(entry)).ifPresent(known::add);
        }
        this.operators = inFile(path, () -> BatchDilation.folded(known));
        this.inputs = inFile(
                path,
                () -> file.inputs().stream()
                        .map(file::tensor)
                        .map(this::withoutLeadingQuantize)
                        .toList());
        this.isQuantized = inputs.get(0).type().isCode();
        List<TensorEntry> given = file.outputs().stream().map(file::tensor).toList();
        this.givenNames = given.stream().map(TensorEntry::name).collect(Collectors.toUnmodifiableSet());
        this.outputs = inFile(path, () -> withoutTrailingDequantize(given));
        this.numbers = switch (inputs.get(0).type()) {
            case INT8 -> NumberFormat.INT8_PER_LAYER;
            case UINT8 -> NumberFormat.UINT8_PER_LAYER;
            default -> NumberFormat.FLOAT32;
        };
    }

    /** Something without which nothing else can be looked at. */
    private void requireInFile(Runnable step) {
        if (!refusals.attempt("", "", step)) {
            refusals.throwIfAny();
        }
    }

    /** Reports what goes wrong as a problem of the file as a whole. */
    static <T> T inFile(Path path, Supplier<T> step) {
        return at(path, "", step);
    }

    /** Reports what goes wrong as a problem of a place in the file. */
    static <T> T at(Path path, String where, Supplier<T> step) {
        try {
            return step.get();
        } catch (ImportProblem problem) {
            throw new ModelException(path, where, problem.expected(), problem.actual(), problem.remedy());
        } catch (IllegalArgumentException contradiction) {
            throw new ModelException(
                    path,
                    where,
                    "shapes and values that fit together",
                    String.valueOf(contradiction.getMessage()),
                    "export the model again");
        }
    }

    /** Its values and nodes are named after the file's tensors. */
    Graph graph(String name) {
        for (TensorEntry input : inputs) {
            requireInFile(() -> {
                requireNumbers(input);
                requireOneImage(input);
                addValue(input, Rounding.HALF_UP);
            });
        }
        unsupportedResults.forEach(this::assume);
        for (OperatorEntry entry : operators) {
            if (!isLeadingQuantize(entry) && !isDropped(entry)) {
                attempt(entry);
            }
        }
        refusals.throwIfAny();
        List<String> answer = outputs.stream().map(TensorEntry::name).toList();
        return inFile(path, () -> {
            Map<String, TensorShape> fed = new LinkedHashMap<>();
            inputs.forEach(input -> fed.put(input.name(), input.activationShape()));
            return new Graph(name, fed, nodes, answer);
        });
    }

    private void attempt(OperatorEntry entry) {
        boolean isKnown =
                entry.inputs().stream().flatMap(Optional::stream).noneMatch(read -> unknown.contains(read.name()));
        if (!isKnown || !refusals.attempt(entry.place(), entry.operator().name(), () -> add(entry))) {
            assume(entry.output());
        }
    }

    /** Lets what follows a refused operator be looked at, with the shape that the file states. */
    private void assume(TensorEntry result) {
        try {
            requireNumbers(result);
            shapes.putIfAbsent(result.name(), result.activationShape());
        } catch (ImportProblem | IllegalArgumentException noActivation) {
            unknown.add(result.name());
        }
    }

    /** The graph with the file's own quantization; empty for a float file. */
    Optional<QuantizedGraph> quantized(Graph graph) {
        return isQuantized
                ? Optional.of(inFile(path, () -> new QuantizedGraph(graph, activations, weights)))
                : Optional.empty();
    }

    NumberFormat numbers() {
        return numbers;
    }

    /** A float input whose only use is to be quantized is left out: the board gets codes. */
    private TensorEntry withoutLeadingQuantize(TensorEntry given) {
        List<OperatorEntry> readers = operators.stream()
                .filter(entry ->
                        entry.inputs().stream().flatMap(Optional::stream).anyMatch(given::is))
                .toList();
        boolean isQuantized = given.type() == TensorType.FLOAT32
                && readers.size() == 1
                && readers.get(0).operator() == BuiltinOperator.QUANTIZE;
        return isQuantized ? readers.get(0).output() : given;
    }

    private boolean isLeadingQuantize(OperatorEntry entry) {
        return entry.operator() == BuiltinOperator.QUANTIZE
                && inputs.stream().anyMatch(entry.output()::is)
                && file.inputs().stream()
                        .map(file::tensor)
                        .anyMatch(given ->
                                entry.optionalInput(0).filter(given::is).isPresent());
    }

    /** A float output that is only the real values of codes is left out: the board answers with codes. */
    private List<TensorEntry> withoutTrailingDequantize(List<TensorEntry> given) {
        Map<String, TensorEntry> codes = operators.stream()
                .filter(this::isDropped)
                .collect(
                        Collectors.toMap(entry -> entry.output().name(), entry -> entry.input(0), (one, again) -> one));
        return given.stream()
                .map(answered -> codes.getOrDefault(answered.name(), answered))
                .toList();
    }

    private boolean isDropped(OperatorEntry entry) {
        return entry.operator() == BuiltinOperator.DEQUANTIZE
                && givenNames.contains(entry.output().name())
                && isQuantized;
    }

    private void add(OperatorEntry entry) {
        requireNumbers(entry.output());
        countConstants(entry);
        countGroups(entry);
        countIndices(entry);
        for (Optional<TensorEntry> read : entry.inputs()) {
            read.filter(tensor -> !tensor.isConstant()).ifPresent(this::requireMade);
        }
        OperatorImport made = OperatorImport.of(entry);
        made.inputs().forEach(this::requireMade);
        TensorEntry output = entry.output();
        ImportProblem.requireIntact(
                !shapes.containsKey(output.name()), "an output of its own", output.name() + " again");
        List<String> read = made.inputs().stream().map(TensorEntry::name).toList();
        for (Operator view : made.before()) {
            read = List.of(addBetween(entry, view, read, entry.input(0)));
        }
        Node last = new Node(output.name(), made.operator(), read, output.name());
        addWeights(entry, last.name(), made);
        for (Operator following : made.after()) {
            String between = addBetween(last, output, rounding(entry));
            String name = unique(output.name() + "/after");
            last = new Node(name, following, List.of(between), output.name());
        }
        TensorShape inferred = outputShape(last);
        ImportProblem.requireIntact(
                inferred.equals(output.activationShape()), "an output of " + inferred, output.shape());
        nodes.add(last);
        addValue(output, rounding(entry));
        if (entry.operator() == BuiltinOperator.SOFTMAX && output.type().isCode()) {
            requireSoftmaxScale(output);
        }
    }

    /** A node before the last of an operator, whose result has the quantization of the operator's input. */
    private String addBetween(OperatorEntry entry, Operator view, List<String> read, TensorEntry input) {
        String name = unique(entry.output().name() + "/before");
        return addBetween(new Node(name, view, read, name), input, Rounding.HALF_UP);
    }

    /** A node whose result is no tensor of the file; returns its name. */
    private String addBetween(Node node, TensorEntry like, Rounding rounding) {
        String name = unique(node.output());
        Node between = new Node(node.name(), node.operator(), node.inputs(), name);
        nodes.add(between);
        shapes.put(name, outputShape(between));
        addQuantization(name, like, rounding);
        return name;
    }

    private TensorShape outputShape(Node node) {
        return node.operator()
                .outputShape(node.inputs().stream().map(this::shape).toList());
    }

    private String unique(String wanted) {
        String name = wanted;
        while (shapes.containsKey(name) || file.hasTensor(name)) {
            name += "'";
        }
        return name;
    }

    private TensorShape shape(String value) {
        TensorShape shape = shapes.get(value);
        if (shape == null) {
            throw new GraphException(value + " is read before it is made");
        }
        return shape;
    }

    private void requireMade(TensorEntry tensor) {
        ImportProblem.requireIntact(
                shapes.containsKey(tensor.name()),
                "inputs that earlier nodes make",
                "tensor \"" + tensor.name() + "\", which no earlier node makes");
    }

    /** TFLite's averages of int8 round halves away from zero, everything else half up (INTEGER.md). */
    private static Rounding rounding(OperatorEntry entry) {
        boolean isAverage = entry.operator() == BuiltinOperator.AVERAGE_POOL_2D
                || entry.operator() == BuiltinOperator.RESIZE_BILINEAR;
        return isAverage && entry.output().type() == TensorType.INT8
                ? Rounding.HALF_AWAY_FROM_INT8_ZERO
                : Rounding.HALF_UP;
    }

    private void requireNumbers(TensorEntry tensor) {
        boolean isExpected = isQuantized ? tensor.type().isCode() : tensor.type() == TensorType.FLOAT32;
        if (!isExpected) {
            throw new ImportProblem(
                    isQuantized ? "codes of int8 or uint8 like the input's" : "activations of float32, int8 or uint8",
                    "tensor " + tensor.name() + " of " + tensor.type(),
                    "export the model as float32 or fully quantized to 8 bits");
        }
    }

    private void countConstants(OperatorEntry entry) {
        for (Optional<TensorEntry> read : entry.inputs()) {
            if (read.isPresent() && read.get().isConstant()) {
                constantElements += read.get().constantElements();
                constantElements += expandedElements(entry);
            }
        }
        ImportProblem.requireIntact(
                constantElements <= maxConstantElements,
                "at most " + maxConstantElements + " constants in a file of this size",
                constantElements);
    }

    /** A single factor or addend becomes one for each channel, of which a small file can claim many. */
    private static long expandedElements(OperatorEntry entry) {
        return switch (entry.operator()) {
            case ADD, DIV, MUL, SUB ->
                entry.inputs().stream()
                        .flatMap(Optional::stream)
                        .filter(read -> !read.isConstant())
                        .mapToLong(read -> read.activationShape().channels())
                        .sum();
            default -> 0;
        };
    }

    /** Zeros between the groups of a convolution. */
    private void countGroups(OperatorEntry entry) {
        if (entry.operator() != BuiltinOperator.CONV_2D) {
            return;
        }
        int groups = WeightedImport.groups(entry);
        if (groups > 1 && entry.input(1).shape().get(3) > 1) {
            zerosBetweenGroups += (long) groups * entry.input(1).constantElements();
            long most = Math.max(MIN_ZEROS_BETWEEN_GROUPS, maxConstantElements);
            if (zerosBetweenGroups > most) {
                throw new ImportProblem(
                        "grouped convolutions of at most " + most + " weights with the zeros between their groups",
                        String.valueOf(zerosBetweenGroups),
                        "use depthwise or ordinary convolutions");
            }
        }
    }

    /** Lists of indices are as long as extents that a file only claims. */
    private void countIndices(OperatorEntry entry) {
        indices += GatherImport.indices(entry);
        long most = Math.max(MIN_INDICES, maxConstantElements);
        if (indices > most) {
            throw new ImportProblem(
                    "slices and resized maps of at most " + most + " rows, columns and channels together",
                    String.valueOf(indices),
                    "choose a network that fits a microcontroller");
        }
    }

    private void requireOneImage(TensorEntry tensor) {
        if (tensor.shape().size() > 1 && tensor.shape().get(0) > 1) {
            throw new ImportProblem(
                    "an input of batch size 1",
                    tensor.name() + " " + tensor.shape(),
                    "export the model with batch size 1");
        }
    }

    private void addWeights(OperatorEntry entry, String node, OperatorImport made) {
        if (made.operator().weighted().isEmpty()) {
            return;
        }
        TensorEntry constant = entry.input(1);
        if (made.weights().isPresent() != isQuantized) {
            throw new ImportProblem(
                    "weights of " + (isQuantized ? "int8 or uint8" : "float32") + " like the activations",
                    constant.type() + " weights " + constant.name(),
                    "export the model as float32 or fully quantized (weights and activations)");
        }
        made.weights().ifPresent(quantization -> weights.put(node, quantization));
        if (constant.type() == TensorType.INT8
                && constant.quantization()
                        .filter(FileQuantization::isPerChannel)
                        .isPresent()) {
            numbers = NumberFormat.INT8_PER_CHANNEL;
        }
    }

    private void addValue(TensorEntry tensor, Rounding rounding) {
        shapes.put(tensor.name(), tensor.activationShape());
        addQuantization(tensor.name(), tensor, rounding);
    }

    private void addQuantization(String value, TensorEntry like, Rounding rounding) {
        if (like.type().isCode()) {
            FileQuantization quantization = WeightImport.requireQuantization(like);
            activations.put(value, quantization.activation(like.type(), rounding));
        }
    }

    private void requireSoftmaxScale(TensorEntry output) {
        ActivationQuantization quantization =
                WeightImport.requireQuantization(output).activation(output.type(), Rounding.HALF_UP);
        if (quantization.scale() != SOFTMAX_SCALE || quantization.zeroPoint() != 0) {
            throw new ImportProblem(
                    "a softmax output with scale 1/256 and the lowest code as zero point",
                    "scale " + quantization.scale() + ", zero point " + quantization.zeroPoint(),
                    "export the model again with TensorFlow's converter");
        }
    }
}
