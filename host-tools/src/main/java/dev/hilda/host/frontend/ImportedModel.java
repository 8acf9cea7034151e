// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import java.util.Optional;

/**
 * A model file as a graph. Its nodes are the file's, in the file's order; where the file's own quantization is kept, what lies
 * between two quantizations is one node.
 *
 * @param graph float weights; of a quantized file the real values of its codes
 * @param quantized the same graph with the file's own quantization; empty for a float file
 * @param open in place of it where only codes of inputs are missing
 */
public record ImportedModel(
        Graph graph, Optional<QuantizedGraph> quantized, Optional<OpenQuantization> open, ModelSource source) {
    public ImportedModel(Graph graph, Optional<QuantizedGraph> quantized, ModelSource source) {
        this(graph, quantized, Optional.empty(), source);
    }

    /** Whether the file has a quantization of its own. */
    public boolean isQuantized() {
        return quantized.isPresent() || open.isPresent();
    }
}
