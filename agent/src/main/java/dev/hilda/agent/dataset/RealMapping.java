// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

/**
 * What stored values mean to the network: real = scale × stored + offset. For example 1/128 and −1 map bytes to [−1, 1).
 *
 * @param scale finite, not 0
 * @param offset finite
 */
public record RealMapping(double scale, double offset) {
    /** Stored values are the real ones. */
    public static final RealMapping IDENTITY = new RealMapping(1, 0);

    private static final double TOLERANCE = 0.01;

    public RealMapping {
        if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
            throw new IllegalArgumentException(
                    "expected a finite scale other than 0 and a finite offset, got " + scale + " and " + offset);
        }
    }

    /** The line of a data set's YAML that says this. */
    public String yaml() {
        return "values: {scale: " + number(scale) + ", offset: " + number(offset) + "}";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** The same but for the rounding of decimal numbers. */
    boolean isAbout(RealMapping other) {
        return Math.abs(scale - other.scale) <= TOLERANCE * Math.abs(scale)
                && Math.abs(offset - other.offset) <= TOLERANCE * Math.max(1, Math.abs(offset));
    }

    /** What stored values come to. */
    ValueRange onto(ValueRange stored) {
        double first = real(stored.low());
        double last = real(stored.high());
        return new ValueRange(Math.min(first, last), Math.max(first, last));
    }

    public double real(double stored) {
        return scale * stored + offset;
    }
}
