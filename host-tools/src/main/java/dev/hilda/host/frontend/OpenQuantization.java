// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.QuantizedGraph;
import java.util.List;
import java.util.Map;

/** A quantization of a file that lacks the codes of inputs, which data decide: biases follow from them. */
public interface OpenQuantization {
    /** Names of the graph's inputs that the file leaves in real numbers. */
    List<String> inputs();

    /**
     * The whole quantization.
     *
     * @param grids of these inputs, by their names
     */
    QuantizedGraph with(Map<String, ActivationQuantization> grids);
}
