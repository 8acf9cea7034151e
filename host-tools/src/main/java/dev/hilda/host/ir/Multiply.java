// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** Product of two tensors, element by element; either may be broadcast. Their widths and its own are free. */
public record Multiply(Activation activation) implements Operator.Activated {
    @Override
    public TensorShape outputShape(List<TensorShape> inputs) {
        return Shapes.broadcast(inputs);
    }

    @Override
    public ResultGrid grid() {
        return ResultGrid.FITTED;
    }

    @Override
    public Multiply with(Activation other) {
        return new Multiply(other);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.multiply(this);
    }
}
