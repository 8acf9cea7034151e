// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What reads each of the file's tensors. */
final class Readers {
    private static final String OUTPUT = "";

    private final Map<String, Set<String>> kinds = new HashMap<>();

    Readers(List<OperatorEntry> operators, List<String> outputs) {
        for (OperatorEntry operator : operators) {
            operator.inputs().forEach(read -> add(read, operator.kind()));
        }
        outputs.forEach(output -> add(output, OUTPUT));
    }

    private void add(String tensor, String kind) {
        kinds.computeIfAbsent(tensor, name -> new HashSet<>()).add(kind);
    }

    /** Whether a tensor becomes codes wherever it is read. */
    boolean areQuantizers(String tensor) {
        return kinds.getOrDefault(tensor, Set.of()).stream().allMatch(QuantizationImport::isQuantizer);
    }
}
