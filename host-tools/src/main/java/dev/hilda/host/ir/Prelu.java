// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import java.util.List;

/**
 * The value itself from 0 on, below it its channel's slope times the value. Its integers are multipliers, from codes of any
 * width to codes of any other.
 *
 * @param slopes one for each channel, of either sign
 */
public record Prelu(FloatTensor slopes) implements Operator {
    @Override
    public TensorShape outputShape(List<TensorShape> inputs) {
        TensorShape input = Shapes.only(inputs);
        Require.that(
                input.channels() == slopes.size(),
                () -> "expected " + input.channels() + " slopes, got " + slopes.size());
        return input;
    }

    /** Of one value. */
    public double of(double value, int channel) {
        return value < 0 ? slopes.get(channel) * value : value;
    }

    @Override
    public ResultGrid grid() {
        return ResultGrid.FITTED;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.prelu(this);
    }
}
