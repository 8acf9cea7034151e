// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

/**
 * Rounds real numbers to scale·(code − zero point), 0 ≤ code < 2^bits, and tells how the result changes with the number and
 * with the logarithm of the scale, rounding taken for the identity: Esser et al., "Learned Step Size Quantization", ICLR
 * 2020, equations 1 to 3.
 */
final class FakeQuantizer {
    /** Makes a code positive, so that a cast rounds it down; as large, so that sums lose what made a tie a little less. */
    private static final int SHIFT = 1 << 8;

    private final int lowest;
    private final int highest;

    /**
     * @param bits 8, 4 or 2
     * @param zeroPoint 0 … 2^bits − 1
     */
    FakeQuantizer(int bits, int zeroPoint) {
        this.lowest = -zeroPoint;
        this.highest = (1 << bits) - 1 - zeroPoint;
    }

    /** code − zero point. */
    int steps(float value, float scale) {
        return stepsAt(value / scale);
    }

    /** Bounds are whole: integers are compared faster, and never have to be told from NaN. */
    private int stepsAt(float position) {
        int nearest = Math.max(0, (int) (position + 0.5f + SHIFT)) - SHIFT;
        return Math.min(highest, Math.max(lowest, nearest));
    }

    /** What the value's code stands for. */
    float rounded(float value, float scale) {
        return steps(value, scale) * scale;
    }

    /** Whether no code is nearer than one at an end: beyond, the result does not change with the value. */
    boolean isInside(float value, float scale) {
        return isInside(value / scale);
    }

    /** d rounded / d ln scale. */
    float slopeOfLogScale(float value, float scale) {
        float position = value / scale;
        float rounded = stepsAt(position) * scale;
        return isInside(position) ? rounded - value : rounded;
    }

    private boolean isInside(float position) {
        return position >= lowest && position <= highest;
    }

    /**
     * Derivative by the logarithm of the scale of all values. Those by the values outside the range become 0, in place.
     *
     * @param values before rounding
     * @param outer by the rounded values
     */
    double gradient(float[] values, float scale, float[] outer) {
        double sum = 0;
        for (int index = 0; index < values.length; index++) {
            float value = values[index];
            float position = value / scale;
            float rounded = stepsAt(position) * scale;
            if (isInside(position)) {
                sum += outer[index] * (rounded - value);
            } else {
                sum += outer[index] * rounded;
                outer[index] = 0;
            }
        }
        return sum;
    }
}
