// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;

/**
 * Clips to [0, α] with a learned α and rounds down to steps of α/(2^bits − 1): Choi et al., "PACT", arXiv 1805.06085, with
 * the rounding of Rusci et al. 2020. ∂L/∂α is the sum of the derivatives where x ≥ α, and α decays.
 */
final class PactGrid implements LearnedGrid {
    /** Published. */
    private static final double DECAY = 1e-4;

    /** Of α at the start. */
    private static final double RELATIVE_RATE = 1e-3;

    private final int bits;
    private final int most;
    private final double roundedOff;
    private final FakeQuantizer nearest;
    private final Parameter alpha;

    PactGrid(String value, ActivationQuantization start) {
        this.bits = start.bits();
        this.most = start.highest();
        this.nearest = new FakeQuantizer(bits, 0);
        this.roundedOff = start.scale() / 2;
        float clip = (float) (most * start.scale());
        this.alpha = new Parameter(value + "/alpha", new float[] {clip}, RELATIVE_RATE * clip, DECAY);
    }

    /** Codes that begin at 0, all of them. */
    static boolean isFor(ActivationQuantization start) {
        return start.zeroPoint() == 0 && start.equals(start.unlimited());
    }

    @Override
    public Parameter parameter() {
        return alpha;
    }

    @Override
    public double roundedOff() {
        return roundedOff;
    }

    /** An α that has gone below stands for the least one. */
    private float clip() {
        return Math.max(Float.MIN_NORMAL * most, alpha.values()[0]);
    }

    @Override
    public float[] rounded(float[] values) {
        float scale = clip() / most;
        float[] rounded = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            int steps = (int) Math.min(most, Math.max(0, values[index] / scale));
            rounded[index] = steps * scale;
        }
        return rounded;
    }

    @Override
    public float[] averaged(float[] values) {
        float scale = clip() / most;
        float[] rounded = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            rounded[index] = nearest.rounded(values[index], scale);
        }
        return rounded;
    }

    @Override
    public float gradient(float[] values, float[] outer) {
        float clip = clip();
        double sum = 0;
        for (int index = 0; index < values.length; index++) {
            if (values[index] >= clip) {
                sum += outer[index];
                outer[index] = 0;
            } else if (values[index] < 0) {
                outer[index] = 0;
            }
        }
        return (float) sum;
    }

    @Override
    public ActivationQuantization quantization() {
        return new ActivationQuantization(bits, clip() / most, 0, Rounding.FLOOR);
    }
}
