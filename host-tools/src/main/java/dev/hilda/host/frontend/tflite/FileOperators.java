// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.frontend.Refusals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file's operators in its order. */
final class FileOperators {
    private final Path path;
    private final ModelFile file;
    private final Refusals refusals;
    private final List<OperatorEntry> supported = new ArrayList<>();
    private final List<TensorEntry> unsupportedResults = new ArrayList<>();

    private FileOperators(Path path, ModelFile file, Refusals refusals) {
        this.path = path;
        this.file = file;
        this.refusals = refusals;
    }

    /** Counts what is not supported among the refusals. */
    static FileOperators of(Path path, ModelFile file, Refusals refusals) {
        FileOperators operators = new FileOperators(path, file, refusals);
        for (int index = 0; index < file.operatorCount(); index++) {
            operators.read(index);
        }
        return operators;
    }

    List<OperatorEntry> supported() {
        return supported;
    }

    /** What operators make that are not supported. */
    List<TensorEntry> unsupportedResults() {
        return unsupportedResults;
    }

    private void read(int index) {
        FlatTable table = GraphImport.inFile(path, () -> file.operator(index));
        int code = GraphImport.inFile(path, () -> file.operatorCode(table));
        List<TensorEntry> outputs = GraphImport.at(
                path,
                OperatorEntry.place(index, OperatorNames.of(code), ""),
                () -> file.tensorsOf(table, Schema.Operator.OUTPUTS).stream()
                        .map(tensor -> tensor.orElseThrow(() -> ImportProblem.damaged("an output", "none")))
                        .toList());
        Optional<BuiltinOperator> operator = BuiltinOperator.of(code);
        if (operator.isEmpty()) {
            refusals.addUnsupported(GraphImport.inFile(path, () -> file.operatorName(table)));
            unsupportedResults.addAll(outputs);
            return;
        }
        String outputName = outputs.isEmpty() ? "" : outputs.get(0).name();
        supported.addAll(GraphImport.at(path, OperatorEntry.place(index, OperatorNames.of(code), outputName), () -> {
            if (hasSeveralResults(operator.get())) {
                ImportProblem.requireIntact(!outputs.isEmpty(), "outputs", "none");
            } else {
                ImportProblem.requireIntact(outputs.size() == 1, "1 output", outputs.size());
            }
            List<Optional<TensorEntry>> inputs = file.tensorsOf(table, Schema.Operator.INPUTS);
            Optional<FlatTable> options = table.getTable(Schema.Operator.OPTIONS);
            List<OperatorEntry> entries = new ArrayList<>();
            for (int result = 0; result < outputs.size(); result++) {
                entries.add(new OperatorEntry(
                        index, operator.get(), inputs, outputs.get(result), options, Optional.empty(), result));
            }
            return entries;
        }));
    }

    private static boolean hasSeveralResults(BuiltinOperator operator) {
        return switch (operator) {
            case SPLIT, SPLIT_V, UNPACK -> true;
            default -> false;
        };
    }
}
