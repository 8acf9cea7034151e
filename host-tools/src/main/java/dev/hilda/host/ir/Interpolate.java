// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** A map of another size: each value a mean of those of two rows and two columns, weighted by how near they are. */
public record Interpolate(Interpolation rows, Interpolation columns) implements Operator {
    @Override
    public TensorShape outputShape(List<TensorShape> inputs) {
        TensorShape input = Shapes.only(inputs);
        rows.requireInside(input.height());
        columns.requireInside(input.width());
        return new TensorShape(rows.size(), columns.size(), input.channels());
    }

    /** Whether the result is the input. */
    public boolean isIdentity(TensorShape input) {
        return rows.isIdentity(input.height()) && columns.isIdentity(input.width());
    }

    @Override
    public ResultGrid grid() {
        return ResultGrid.OF_INPUT;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.interpolate(this);
    }
}
