// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Values from {@code low} to {@code high}, both included.
 *
 * @param low finite
 * @param high finite, not below {@code low}
 */
public record ValueRange(double low, double high) {
    public static final ValueRange UNIT = new ValueRange(0, 1);
    public static final ValueRange BYTE = new ValueRange(0, 255);

    /** What networks are trained on, and what data are stored in. */
    private static final List<ValueRange> USUAL = List.of(UNIT, new ValueRange(-1, 1), new ValueRange(-128, 127), BYTE);

    /** Of the width; calibration and rounding move a range's ends by less. */
    private static final double USUAL_TOLERANCE = 0.03;

    public ValueRange {
        if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("expected finite bounds in order, got " + low + " and " + high);
        }
    }

    /** The values that the codes of an input stand for. */
    public static ValueRange of(Tensor input) {
        return ofCodes(input.bits(), input.scale(), input.zeroPoint());
    }

    /**
     * The values that codes stand for: real = scale × (code − zeroPoint).
     *
     * @param scale positive
     */
    public static ValueRange ofCodes(int bits, double scale, int zeroPoint) {
        return new ValueRange(scale * -zeroPoint, scale * (Bits.highestCode(bits) - zeroPoint));
    }

    /** One of the ranges that networks are trained on where this one is about the same, else this one. */
    ValueRange usual() {
        return USUAL.stream()
                .filter(usual -> Math.abs(usual.low - low) <= USUAL_TOLERANCE * usual.width()
                        && Math.abs(usual.high - high) <= USUAL_TOLERANCE * usual.width())
                .findFirst()
                .orElse(this);
    }

    /** The narrowest usual range that holds this one, else this one. */
    ValueRange holding() {
        return USUAL.stream()
                .filter(usual -> usual.low <= low && high <= usual.high)
                .findFirst()
                .orElse(this);
    }

    /** The mapping that takes this range, as stored, to another; of a single value, to the middle of the other. */
    RealMapping onto(ValueRange target) {
        if (width() == 0 || target.width() == 0) {
            return new RealMapping(1, (target.low + target.high) / 2 - low);
        }
        double scale = target.width() / width();
        return new RealMapping(scale, target.low - low * scale);
    }

    private static String shown(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private double width() {
        return high - low;
    }

    @Override
    public String toString() {
        return shown(low) + " to " + shown(high);
    }
}
