// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** The first of two tensors less the second, element by element; either may be broadcast. */
public record Subtract(Activation activation) implements Operator.Activated {
    @Override
    public TensorShape outputShape(List<TensorShape> inputs) {
        return Shapes.broadcast(inputs);
    }

    @Override
    public ResultGrid grid() {
        return ResultGrid.FITTED_TO_ONE_WIDTH;
    }

    @Override
    public Subtract with(Activation other) {
        return new Subtract(other);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.subtract(this);
    }
}
