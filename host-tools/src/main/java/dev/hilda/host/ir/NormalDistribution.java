// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** The standard normal distribution, which {@link StrictMath} does not have. */
final class NormalDistribution {
    /** Beyond it a double holds 0 or 1. */
    private static final double FAR = 9;

    private NormalDistribution() {}

    /**
     * The probability of a smaller value, by Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …): all terms have one sign. Within
     * 1e-15 of it; what is left of it far below 0 is not exact in itself.
     */
    static double below(double value) {
        if (Math.abs(value) > FAR) {
            return value < 0 ? 0 : 1;
        }
        double term = value;
        double sum = value;
        for (int factor = 3; Math.abs(term) > Math.ulp(sum) / 2; factor += 2) {
            term *= value * value / factor;
            sum += term;
        }
        double density = StrictMath.exp(-value * value / 2) / Math.sqrt(2 * Math.PI);
        return Math.max(0, Math.min(1, 0.5 + density * sum));
    }
}
