// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What reads each of the file's tensors, by whatever name: one value of the graph holds a tensor and its rearrangements. */
final class Readers {
    private static final String OUTPUT = "";
    /** Operators whose result is held by the value that holds their input. */
    private static final Set<String> SHARING =
            Set.of("Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze");

    private final Map<String, Set<String>> kinds = new HashMap<>();
    /** Of a tensor that shares a value: the first that does. */
    private final Map<String, String> firsts = new HashMap<>();

    Readers(List<OperatorEntry> operators, List<String> outputs) {
        for (OperatorEntry operator : operators) {
            if (SHARING.contains(operator.kind())
                    && !operator.inputs().isEmpty()
                    && !operator.outputs().isEmpty()) {
                firsts.put(operator.outputs().get(0), first(operator.inputs().get(0)));
            } else {
                operator.inputs().forEach(read -> add(read, operator.kind()));
            }
        }
        outputs.forEach(output -> add(output, OUTPUT));
    }

    private void add(String tensor, String kind) {
        kinds.computeIfAbsent(first(tensor), name -> new HashSet<>()).add(kind);
    }

    private String first(String tensor) {
        return firsts.getOrDefault(tensor, tensor);
    }

    /** Whether a tensor becomes codes wherever it is read. */
    boolean areQuantizers(String tensor) {
        return kinds.getOrDefault(first(tensor), Set.of()).stream().allMatch(QuantizationImport::isQuantizer);
    }
}
