// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.QuantizedGraph;
import java.util.List;

/**
 * What quantization makes.
 *
 * @param graph canonical, ready to be lowered
 * @param layers one for each node, in order
 */
public record QuantizationResult(QuantizedGraph graph, List<LayerNoise> layers) {
    public QuantizationResult {
        layers = List.copyOf(layers);
    }
}
