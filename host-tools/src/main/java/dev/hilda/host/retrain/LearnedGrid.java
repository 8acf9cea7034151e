// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.ActivationQuantization;

/**
 * The codes of activations whose step is learned. With the zero point 0 this is PACT's clipping bound α = step·(2^bits − 1)
 * (Choi et al. 2018, arXiv 1805.06085), but rounded half up and with the gradient inside the range too.
 */
final class LearnedGrid {
    private static final double STEP_RATE = 1e-3;

    private final ActivationQuantization start;
    private final FakeQuantizer quantizer;
    private final Parameter step;

    LearnedGrid(String value, ActivationQuantization start) {
        this.start = start;
        this.quantizer = new FakeQuantizer(start.bits(), start.zeroPoint());
        this.step = new Parameter(value + "/step", new float[] {(float) Math.log(start.scale())}, STEP_RATE);
    }

    Parameter parameter() {
        return step;
    }

    private float scale() {
        return (float) Math.exp(step.values()[0]);
    }

    float[] rounded(float[] values) {
        float scale = scale();
        float[] rounded = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            rounded[index] = quantizer.rounded(values[index], scale);
        }
        return rounded;
    }

    /**
     * Derivative by the logarithm of the step. Those by the values outside the range become 0, in place.
     *
     * @param values before rounding
     * @param outer by the rounded values
     */
    float gradient(float[] values, float[] outer) {
        float scale = scale();
        double sum = 0;
        for (int index = 0; index < values.length; index++) {
            if (outer[index] != 0) {
                sum += outer[index] * quantizer.slopeOfLogScale(values[index], scale);
                outer[index] = quantizer.isInside(values[index], scale) ? outer[index] : 0;
            }
        }
        return (float) sum;
    }

    ActivationQuantization quantization() {
        return new ActivationQuantization(
                start.bits(), scale(), start.zeroPoint(), start.rounding(), start.lowest(), start.highest());
    }
}
