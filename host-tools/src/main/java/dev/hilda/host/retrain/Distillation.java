// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.quantize.Divergence;
import dev.hilda.host.tensor.Batch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far a network is from its teacher: KL divergence of the outputs at a temperature (Hinton et al. 2015, arXiv
 * 1503.02531), and the squared error of features by the teacher's square (Romero et al., "FitNets", ICLR 2015).
 */
final class Distillation {
    private final Map<String, Batch> teacher;
    private final List<String> outputs;
    private final float temperature;
    private final List<String> features;
    private final Map<String, float[]> slopes = new HashMap<>();
    private double loss;

    /**
     * @param teacher values by name
     * @param outputs compared as logits
     * @param temperature at which these are
     * @param features compared by their squares
     */
    Distillation(Map<String, Batch> teacher, List<String> outputs, float temperature, List<String> features) {
        this.teacher = teacher;
        this.outputs = outputs;
        this.temperature = temperature;
        this.features = features;
    }

    /**
     * Compares.
     *
     * @param share of these images among all of a step
     */
    void compare(FakeQuantizedNetwork.Pass student, double share) {
        for (String output : outputs) {
            Batch wanted = of(output);
            Batch got = student.value(output);
            double weight = share / got.pixels() * temperature * temperature;
            loss += weight * Divergence.sum(wanted, got, temperature);
            float[] slope = Divergence.slopes(wanted, got, temperature);
            for (int index = 0; index < slope.length; index++) {
                slope[index] *= (float) weight;
            }
            slopes.put(output, slope);
        }
        for (String feature : features) {
            slopes.put(
                    feature,
                    squares(of(feature).values(), student.value(feature).values(), share));
        }
    }

    private Batch of(String value) {
        return Objects.requireNonNull(teacher.get(value));
    }

    double loss() {
        return loss;
    }

    /** Derivatives of the loss by the student's values. */
    Map<String, float[]> slopes() {
        return slopes;
    }

    private float[] squares(float[] wanted, float[] got, double share) {
        double square = 0;
        double error = 0;
        for (int index = 0; index < wanted.length; index++) {
            float difference = got[index] - wanted[index];
            square += (double) wanted[index] * wanted[index];
            error += (double) difference * difference;
        }
        float[] slope = new float[wanted.length];
        if (square > 0) {
            loss += share * error / square / features.size();
            float factor = (float) (2 * share / square / features.size());
            for (int index = 0; index < wanted.length; index++) {
                slope[index] = factor * (got[index] - wanted[index]);
            }
        }
        return slope;
    }
}
