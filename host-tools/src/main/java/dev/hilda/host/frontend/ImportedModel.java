// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import java.util.Optional;

/**
 * A model file as a graph. Its nodes are the file's, in the file's order; nothing is rewritten yet.
 *
 * @param graph float weights; of a quantized file the real values of its codes
 * @param quantized the same graph with the file's own quantization; empty for a float file
 */
public record ImportedModel(Graph graph, Optional<QuantizedGraph> quantized, ModelSource source) {}
