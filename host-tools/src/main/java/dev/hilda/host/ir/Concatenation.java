// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** All inputs side by side along an axis, in their order. Other than along it they have one shape. */
public record Concatenation(Axis axis) implements Operator {
    @Override
    public TensorShape outputShape(List<TensorShape> inputs) {
        Require.that(!inputs.isEmpty(), () -> "expected at least 1 input, got none");
        TensorShape first = inputs.get(0);
        long extent = 0;
        for (TensorShape input : inputs) {
            Require.that(
                    axis.with(input, axis.extent(first)).equals(first),
                    () -> "expected inputs of one shape but for the " + axis + ", got " + inputs);
            extent += axis.extent(input);
        }
        return axis.with(first, Math.toIntExact(extent));
    }

    /** How many times each input in turn has its next neighbouring elements in the result. */
    public int runs(TensorShape output) {
        return switch (axis) {
            case HEIGHT -> 1;
            case WIDTH -> output.height();
            case CHANNEL -> output.pixels();
        };
    }

    @Override
    public ResultGrid grid() {
        return ResultGrid.FITTED_WITH_INPUTS;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.concatenation(this);
    }
}
