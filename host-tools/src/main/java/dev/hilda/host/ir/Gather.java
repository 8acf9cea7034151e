// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chosen rows, columns and channels of the input, in any order and any number of times: what slices, mirrored borders and
 * enlargement by repetition come to.
 *
 * @param rows for each row of the result one of the input
 * @param columns for each column of the result one of the input
 * @param channels for each channel of the result one of the input
 */
public record Gather(Ints rows, Ints columns, Ints channels) implements Operator {
    public Gather {
        for (Ints indices : List.of(rows, columns, channels)) {
            Require.that(indices.size() > 0, () -> "expected at least 1 index along each axis, got none");
        }
    }

    /** All indices of an axis, in their order. */
    public static Ints all(int extent) {
        return Ints.of(IntStream.range(0, extent).toArray());
    }

    @Override
    public TensorShape outputShape(List<TensorShape> inputs) {
        TensorShape input = Shapes.only(inputs);
        requireInside(rows, input.height());
        requireInside(columns, input.width());
        requireInside(channels, input.channels());
        return new TensorShape(rows.size(), columns.size(), channels.size());
    }

    private static void requireInside(Ints indices, int extent) {
        Require.that(
                Arrays.stream(indices.toArray()).allMatch(index -> index >= 0 && index < extent),
                () -> "expected indices from 0 to " + (extent - 1) + ", got " + indices);
    }

    /** Whether the result is the input. */
    public boolean isIdentity(TensorShape input) {
        return rows.equals(all(input.height()))
                && columns.equals(all(input.width()))
                && channels.equals(all(input.channels()));
    }

    @Override
    public ResultGrid grid() {
        return ResultGrid.OF_INPUT;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.gather(this);
    }
}
