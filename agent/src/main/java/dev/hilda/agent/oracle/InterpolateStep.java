// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;

/** Weighted means of four codes. */
final class InterpolateStep {
    private static final int WEIGHT_BITS = 20;
    private static final int HALF = 1 << (WEIGHT_BITS - 1);

    private final InterpolateLayer layer;
    private final TensorShape input;
    private final TensorShape output;

    InterpolateStep(InterpolateLayer layer, Tensor in, Tensor out) {
        this.layer = layer;
        this.input = in.shape();
        this.output = out.shape();
    }

    int[] run(int[] codes) {
        int[] result = new int[output.elements()];
        Positions rows = layer.rows();
        Positions columns = layer.columns();
        int filled = 0;
        for (int y = 0; y < output.height(); y++) {
            int down = rows.fractions().get(y);
            int lowerRow = rows.lower().get(y);
            int upperRow = rows.upper().get(y);
            for (int x = 0; x < output.width(); x++) {
                int right = columns.fractions().get(x);
                int lowerColumn = columns.lower().get(x);
                int upperColumn = columns.upper().get(x);
                for (int channel = 0; channel < output.channels(); channel++) {
                    int above = (InterpolateLayer.ONE - right) * codes[at(lowerRow, lowerColumn, channel)]
                            + right * codes[at(lowerRow, upperColumn, channel)];
                    int below = (InterpolateLayer.ONE - right) * codes[at(upperRow, lowerColumn, channel)]
                            + right * codes[at(upperRow, upperColumn, channel)];
                    result[filled++] = rounded((InterpolateLayer.ONE - down) * above + down * below);
                }
            }
        }
        return result;
    }

    private int at(int row, int column, int channel) {
        return (row * input.width() + column) * input.channels() + channel;
    }

    private int rounded(int sum) {
        int tie = sum < layer.tieThreshold() << WEIGHT_BITS ? 1 : 0;
        return (sum + HALF - tie) >> WEIGHT_BITS;
    }
}
