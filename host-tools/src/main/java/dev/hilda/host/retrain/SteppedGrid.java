// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.ActivationQuantization;

/** A learned step, as a logarithm, rounded half up; the zero point stays. */
final class SteppedGrid implements LearnedGrid {
    private static final double STEP_RATE = 1e-3;

    private final ActivationQuantization start;
    private final FakeQuantizer quantizer;
    private final Parameter step;

    SteppedGrid(String value, ActivationQuantization start) {
        this.start = start;
        this.quantizer = new FakeQuantizer(start.bits(), start.zeroPoint());
        this.step = new Parameter(value + "/step", new float[] {(float) Math.log(start.scale())}, STEP_RATE);
    }

    @Override
    public Parameter parameter() {
        return step;
    }

    @Override
    public double roundedOff() {
        return 0;
    }

    private float scale() {
        return (float) Math.exp(step.values()[0]);
    }

    @Override
    public float[] rounded(float[] values) {
        float scale = scale();
        float[] rounded = new float[values.length];
        for (int index = 0; index < values.length; index++) {
            rounded[index] = quantizer.rounded(values[index], scale);
        }
        return rounded;
    }

    @Override
    public float[] averaged(float[] values) {
        return rounded(values);
    }

    @Override
    public float gradient(float[] values, float[] outer) {
        return (float) quantizer.gradient(values, scale(), outer);
    }

    @Override
    public ActivationQuantization quantization() {
        return new ActivationQuantization(
                start.bits(), scale(), start.zeroPoint(), start.rounding(), start.lowest(), start.highest());
    }
}
