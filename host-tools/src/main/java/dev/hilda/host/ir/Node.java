// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import java.util.List;

/**
 * One operator in a graph.
 *
 * @param name unique within its graph; the model's own where it has one
 * @param inputs names of the values it reads
 * @param output name of the value it makes
 */
public record Node(String name, Operator operator, List<String> inputs, String output) {
    public Node {
        inputs = List.copyOf(inputs);
        Require.that(!name.isEmpty() && !output.isEmpty(), () -> "a node needs a name and an output");
    }
}
