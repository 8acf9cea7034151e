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

    public double real(double stored) {
        return scale * stored + offset;
    }
}
