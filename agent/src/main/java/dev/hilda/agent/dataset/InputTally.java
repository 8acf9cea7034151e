// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;

/** Counts how the codes of a network's input hold the values of samples, one sample after another. */
final class InputTally {
    private static final double WIDE_SHARE = 0.99;

    /** Rounding of a decimal scale to binary does not put a value more than half a step outside. */
    private static final double STEP_TOLERANCE = 0x1p-20;

    private final Tensor input;
    private final ValueRange inside;
    private final long[] codes;
    private ElementType type = ElementType.U8;
    private RealMapping mapping = RealMapping.IDENTITY;
    private long values;
    private long clipped;
    private double least = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;

    /** Nothing has been counted yet. */
    InputTally(Tensor input) {
        this.input = input;
        ValueRange range = ValueRange.of(input);
        double margin = input.scale() * (0.5 + STEP_TOLERANCE);
        this.inside = new ValueRange(range.low() - margin, range.high() + margin);
        this.codes = new long[Bits.highestCode(input.bits()) + 1];
    }

    /** Counts one more input, of the tensor's number of elements. */
    void add(InputValues sample) {
        type = sample.type();
        mapping = sample.mapping();
        for (byte code : sample.codes(input)) {
            codes[Byte.toUnsignedInt(code)]++;
        }
        for (int element = 0; element < input.shape().elements(); element++) {
            double real = sample.real(element);
            if (real < inside.low() || real > inside.high()) {
                clipped++;
            }
            double stored = sample.stored(element);
            least = Math.min(least, stored);
            largest = Math.max(largest, stored);
        }
        values += input.shape().elements();
    }

    /** What has been counted, at least one value. */
    InputShares shares() {
        ValueRange stored = new ValueRange(least, largest);
        RealMapping fitting = type.range()
                .orElseGet(stored::holding)
                .onto(ValueRange.of(input).usual());
        return new InputShares(
                (double) clipped / values,
                (double) narrowestWindow() / codes.length,
                ValueRange.of(input),
                stored,
                mapping,
                fitting);
    }

    /** The fewest neighbouring codes that hold almost all values. */
    private int narrowestWindow() {
        long wanted = (long) Math.ceil(WIDE_SHARE * values);
        int narrowest = codes.length;
        int first = 0;
        long held = 0;
        for (int last = 0; last < codes.length; last++) {
            held += codes[last];
            while (held - codes[first] >= wanted) {
                held -= codes[first];
                first++;
            }
            if (held >= wanted) {
                narrowest = Math.min(narrowest, last - first + 1);
            }
        }
        return narrowest;
    }
}
