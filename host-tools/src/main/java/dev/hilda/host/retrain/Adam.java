// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1. */
final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-12;

    private Adam() {}

    /**
     * Changes a parameter in place.
     *
     * @param step from 1
     * @param learningRate largest change, in the unit of the values
     */
    static void update(Parameter parameter, float[] gradient, int step, double learningRate) {
        double rate = learningRate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
        float[] values = parameter.values();
        float[] means = parameter.means();
        float[] squares = parameter.squares();
        for (int index = 0; index < values.length; index++) {
            double slope = gradient[index] + parameter.decay() * values[index];
            double mean = BETA1 * means[index] + (1 - BETA1) * slope;
            double square = BETA2 * squares[index] + (1 - BETA2) * slope * slope;
            means[index] = (float) mean;
            squares[index] = (float) square;
            values[index] -= (float) (rate * mean / (Math.sqrt(square) + EPSILON));
        }
    }
}
