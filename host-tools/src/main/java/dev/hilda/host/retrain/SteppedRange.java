// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.ArrayList;
import java.util.List;

/** Learned steps, as logarithms; zero points stay. */
final class SteppedRange implements WeightRange {
    /** Of the logarithm of a step. */
    private static final double RATE = 1e-3;

    private final WeightChannels channels;
    private final List<Codes> start;
    private final Parameter steps;

    /** @param start by channel */
    SteppedRange(String layer, WeightChannels channels, List<Codes> start) {
        this.channels = channels;
        this.start = start;
        float[] logs = new float[channels.ranges()];
        for (int range = 0; range < logs.length; range++) {
            logs[range] = (float) Math.log(start.get(range).scale());
        }
        this.steps = new Parameter(layer + "/steps", logs, RATE);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(steps);
    }

    private float[] scales() {
        float[] scales = new float[steps.values().length];
        for (int range = 0; range < scales.length; range++) {
            scales[range] = (float) Math.exp(steps.values()[range]);
        }
        return scales;
    }

    @Override
    public List<Codes> codes(float[] weights) {
        float[] scales = scales();
        List<Codes> codes = new ArrayList<>();
        for (int channel = 0; channel < channels.channels(); channel++) {
            Codes before = start.get(channel);
            codes.add(new Codes(before.bits(), before.zeroPoint(), scales[channels.rangeOfChannel(channel)]));
        }
        return codes;
    }

    @Override
    public List<float[]> gradients(float[] weights, float[] slopes) {
        float[] scales = scales();
        float[] ofSteps = new float[scales.length];
        for (int index = 0; index < weights.length; index++) {
            int range = channels.rangeOf(index);
            FakeQuantizer quantizer = start.get(range).quantizer();
            ofSteps[range] += slopes[index] * quantizer.slopeOfLogScale(weights[index], scales[range]);
            slopes[index] = quantizer.isInside(weights[index], scales[range]) ? slopes[index] : 0;
        }
        return List.of(ofSteps);
    }
}
