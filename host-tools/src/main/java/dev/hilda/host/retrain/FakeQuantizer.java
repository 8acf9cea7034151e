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

    private final float lowest;
    private final float highest;

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
        float clamped = Math.min(highest, Math.max(lowest, value / scale));
        return (int) (clamped + 0.5f + SHIFT) - SHIFT;
    }

    /** What the value's code stands for. */
    float rounded(float value, float scale) {
        return steps(value, scale) * scale;
    }

    /** Whether no code is nearer than one at an end: beyond, the result does not change with the value. */
    boolean isInside(float value, float scale) {
        float position = value / scale;
        return position >= lowest && position <= highest;
    }

    /** d rounded / d ln scale. */
    float slopeOfLogScale(float value, float scale) {
        float steps = steps(value, scale);
        return isInside(value, scale) ? steps * scale - value : steps * scale;
    }
}
