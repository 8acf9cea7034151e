// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.function.IntBinaryOperator;

/** Two tensors element by element, either of them broadcast along the axes where its extent is 1. */
record PairStep(Tensor first, Tensor second, Tensor out) {
    int[] sum(SumLayer layer, int[] firstCodes, int[] secondCodes) {
        return run(firstCodes, secondCodes, (one, other) -> {
            int sum = layer.addend() + layer.firstMultiplier() * one + layer.secondMultiplier() * other;
            return Step.clamp(sum >> layer.rightShift(), layer.low(), layer.high());
        });
    }

    int[] product(ProductLayer layer, int[] firstCodes, int[] secondCodes) {
        Requantizer requantizer = new Requantizer(layer.requantization());
        return run(
                firstCodes,
                secondCodes,
                (one, other) -> requantizer.requantize((one - first.zeroPoint()) * (other - second.zeroPoint())));
    }

    private int[] run(int[] firstCodes, int[] secondCodes, IntBinaryOperator operator) {
        TensorShape shape = out.shape();
        int[] result = new int[shape.elements()];
        int at = 0;
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                for (int channel = 0; channel < shape.channels(); channel++) {
                    int one = firstCodes[index(first.shape(), y, x, channel)];
                    int other = secondCodes[index(second.shape(), y, x, channel)];
                    result[at++] = operator.applyAsInt(one, other);
                }
            }
        }
        return result;
    }

    private static int index(TensorShape shape, int y, int x, int channel) {
        int row = Math.min(y, shape.height() - 1);
        int column = Math.min(x, shape.width() - 1);
        return (row * shape.width() + column) * shape.channels() + Math.min(channel, shape.channels() - 1);
    }
}
