// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What one of a network's inputs gets of a sample, in the order height, width, channel. */
public final class InputValues {
    /** Codes of a half step round up even where the division falls short of the half by its rounding error. */
    private static final double TIE_TOLERANCE = 0x1p-20;

    private final TensorShape shape;
    private final ElementType type;
    private final RealMapping mapping;
    private final ByteBuffer values;

    /** @param values as many as the shape has elements; taken over, not copied */
    InputValues(TensorShape shape, ElementType type, RealMapping mapping, byte[] values) {
        if (values.length != (long) shape.elements() * type.bytes()) {
            throw new IllegalArgumentException("expected " + (long) shape.elements() * type.bytes()
                    + " bytes for a sample of " + shape + ", got " + values.length);
        }
        this.shape = shape;
        this.type = type;
        this.mapping = mapping;
        this.values = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
    }

    public TensorShape shape() {
        return shape;
    }

    public ElementType type() {
        return type;
    }

    /** What the stored values mean. */
    public RealMapping mapping() {
        return mapping;
    }

    /** The values as stored; several bytes of one value are little-endian. Read-only. */
    public ByteBuffer stored() {
        return values.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What the float network reads: scale × stored + offset, computed in double and rounded to float. */
    public float[] reals() {
        float[] reals = new float[shape.elements()];
        for (int i = 0; i < reals.length; i++) {
            reals[i] = (float) real(i);
        }
        return reals;
    }

    /**
     * What the integer network reads, one code a byte, unpacked: clamp(⌊real/scale + 1/2⌋ + zeroPoint, 0, 2^bits − 1).
     * Exact ties round up; within 2^−20 of a tie counts as one, so that the result does not depend on how a decimal
     * scale was rounded to binary. An input q of an int8 TFLite file is the code q + 128.
     *
     * @param bits 8, 4 or 2
     * @param scale positive, in the units of {@link #reals}
     * @param zeroPoint 0 … 2^bits − 1
     */
    public byte[] codes(int bits, double scale, int zeroPoint) {
        if (!Bits.isCode(bits)) {
            throw new IllegalArgumentException("expected 8, 4 or 2 bits, got " + bits);
        }
        if (!(scale > 0) || !Double.isFinite(scale)) {
            throw new IllegalArgumentException("expected a positive scale, got " + scale);
        }
        int highest = Bits.highestCode(bits);
        byte[] codes = new byte[shape.elements()];
        for (int i = 0; i < codes.length; i++) {
            double steps = Math.floor(real(i) / scale + 0.5 + TIE_TOLERANCE);
            codes[i] = (byte) Math.min(Math.max(steps + zeroPoint, 0), highest);
        }
        return codes;
    }

    /**
     * {@link #codes(int, double, int)} for a network's input.
     *
     * @throws IllegalArgumentException when the input has another number of elements
     */
    public byte[] codes(Tensor input) {
        if (input.shape().elements() != shape.elements()) {
            throw new IllegalArgumentException(
                    "expected a network input of " + shape + ", got " + input.shape() + " for " + input.name());
        }
        return codes(input.bits(), input.scale(), input.zeroPoint());
    }

    double real(int element) {
        return mapping.real(stored(element));
    }

    double stored(int element) {
        return type.read(values, element);
    }
}
