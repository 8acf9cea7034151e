// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.host.frontend.FileFormat;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelBytes;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.ModelReader;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.frontend.NumberFormat;
import dev.hilda.host.frontend.OpenQuantization;
import dev.hilda.host.frontend.Refusals;
import dev.hilda.host.frontend.onnx.GraphImport.InputOrder;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.rewrite.QuantizationCompletion;
import dev.hilda.host.ir.rewrite.UnquantizedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads ONNX files of opset 7 to 23. Images and signals are fed and given channels last, whatever the order in the file. An
 * open batch size is taken as 1.
 */
public final class OnnxReader implements ModelReader {
    private static final String SUFFIX = ".onnx";

    @Override
    public FileFormat format() {
        return FileFormat.ONNX;
    }

    @Override
    public ImportedModel read(Path path) {
        return of(path, ModelBytes.of(path)).model();
    }

    /** The model that these bytes are; the path is its name. */
    static Import of(Path path, byte[] bytes) {
        ModelFile file = inFile(path, () -> ModelFile.of(bytes));
        Path folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(Path.of("/"));
        TensorReader reader = new TensorReader(folder);
        Map<String, Constant> constants = inFile(path, () -> file.constants(reader));
        try {
            return inFile(path, () -> of(path, bytes, file, constants, reader, InputOrder.CHANNELS_LAST));
        } catch (ModelException refused) {
            // A file whose input has channels last, or is a sequence, tells so by what it does with it.
            try {
                return inFile(path, () -> of(path, bytes, file, constants, reader, InputOrder.AS_IN_FILE));
            } catch (ModelException again) {
                refused.addSuppressed(again);
                throw refused;
            }
        }
    }

    /**
     * An import with where the file's elements are in the graph.
     *
     * @param tensors of all of the file's tensors that are made at run time, by their names
     */
    record Import(ImportedModel model, List<Layout> inputs, List<Layout> outputs, Map<String, Activations> tensors) {}

    private static Import of(
            Path path,
            byte[] bytes,
            ModelFile file,
            Map<String, Constant> constants,
            TensorReader reader,
            InputOrder order) {
        Refusals refusals = new Refusals(path);
        GraphImport imported = new GraphImport(file, constants, order, refusals, bytes.length + reader.externalBytes());
        imported.run();
        refusals.throwIfAny();
        List<GraphImport.Answer> outputs = imported.outputs();
        String fileName = String.valueOf(path.getFileName());
        String name = fileName.endsWith(SUFFIX) ? fileName.substring(0, fileName.length() - SUFFIX.length()) : fileName;
        List<String> answers = outputs.stream().map(GraphImport.Answer::name).toList();
        GraphDraft draft = imported.draft();
        Graph read = new Graph(name, draft.inputs(), draft.nodes(), answers);
        Imported made = draft.isQuantized()
                ? quantized(read, draft, imported.remarks())
                : new Imported(read, Optional.empty(), Optional.empty());
        ModelSource source = new ModelSource(
                fileName,
                bytes.length,
                Sha256.hex(bytes),
                reader.externalSha256(),
                file.description(),
                draft.isQuantized() ? NumberFormat.CODES : NumberFormat.FLOAT32,
                imported.remarks().texts());
        return new Import(
                new ImportedModel(made.graph(), made.quantized(), made.open(), source),
                imported.inputs(),
                outputs.stream().map(GraphImport.Answer::layout).toList(),
                imported.tensors());
    }

    /** A graph, and what it has of a quantization. */
    private record Imported(Graph graph, Optional<QuantizedGraph> quantized, Optional<OpenQuantization> open) {}

    private static Imported quantized(Graph read, GraphDraft draft, Remarks remarks) {
        QuantizationCompletion.Partial partial =
                new QuantizationCompletion.Partial(read, draft.grids(), draft.weights());
        List<String> inputs = QuantizationCompletion.openInputs(partial);
        if (inputs.isEmpty()) {
            QuantizedGraph quantized = completed(partial, remarks);
            return new Imported(quantized.graph(), Optional.of(quantized), Optional.empty());
        }
        InputCodes open = new InputCodes(partial, inputs);
        // Any codes will do to find what else is wrong.
        Map<String, ActivationQuantization> any = new HashMap<>();
        inputs.forEach(input -> any.put(input, new ActivationQuantization(8, 1, 0, Rounding.HALF_UP)));
        QuantizedGraph tried = completed(open.partial(any), remarks);
        inputs.forEach(input -> remarks.add(
                "input " + input + " is real numbers in the file: its codes follow from the calibration data"));
        return new Imported(tried.graph(), Optional.empty(), Optional.of(open));
    }

    /** What the codes of inputs complete. */
    private record InputCodes(QuantizationCompletion.Partial known, List<String> inputs) implements OpenQuantization {
        @Override
        public QuantizedGraph with(Map<String, ActivationQuantization> grids) {
            return QuantizationCompletion.of(partial(grids)).graph();
        }

        QuantizationCompletion.Partial partial(Map<String, ActivationQuantization> grids) {
            Map<String, ActivationQuantization> all = new HashMap<>(known.grids());
            all.putAll(grids);
            return new QuantizationCompletion.Partial(known.graph(), all, known.weights());
        }
    }

    private static QuantizedGraph completed(QuantizationCompletion.Partial partial, Remarks remarks) {
        try {
            QuantizationCompletion.Completed completed = QuantizationCompletion.of(partial);
            completed
                    .withoutSoftmax()
                    .forEach(output -> remarks.add("output " + output
                            + " is given before its softmax, which the file computes in real numbers"));
            return completed.graph();
        } catch (UnquantizedException real) {
            throw new ImportProblem(
                    real.expected(),
                    real.actual(),
                    "quantize that too, or export the float model and let HILDA quantize it");
        }
    }

    private static ModelException refusal(Path path, ImportProblem problem) {
        return new ModelException(path, "", problem.expected(), problem.actual(), problem.remedy());
    }

    private static <T> T inFile(Path path, Supplier<T> step) {
        try {
            return step.get();
        } catch (ImportProblem problem) {
            throw refusal(path, problem);
        } catch (ArithmeticException | IndexOutOfBoundsException | NoSuchElementException unforeseen) {
            throw refusal(path, ImportProblem.unforeseen(unforeseen));
        } catch (IllegalArgumentException contradiction) {
            throw new ModelException(
                    path,
                    "",
                    "shapes and values that fit together",
                    String.valueOf(contradiction.getMessage()),
                    "export the model again");
        }
    }
}
