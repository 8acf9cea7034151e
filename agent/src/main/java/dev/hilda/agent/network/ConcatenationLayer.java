// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/**
 * Tensors side by side along an axis, in their order: codes move, none changes. All have one quantization; other than
 * along the axis all have one shape.
 *
 * @param inputs at least one; a tensor may be there more than once
 */
public record ConcatenationLayer(String name, List<Integer> inputs, int output, Axis axis) implements Layer {
    public ConcatenationLayer {
        inputs = List.copyOf(inputs);
        Checks.that(!inputs.isEmpty(), "at least one input of concatenation " + name, inputs.size());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.concatenation(this);
    }
}
