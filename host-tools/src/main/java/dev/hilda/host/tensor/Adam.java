// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1: what it remembers of one array. */
public final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;

    /** So small that derivatives of a mean over many values are not. */
    private static final double EPSILON = 1e-12;

    private final float[] means;
    private final float[] squares;

    /** @param count of values */
    public Adam(int count) {
        this.means = new float[count];
        this.squares = new float[count];
    }

    /** First moments, the array itself. */
    public float[] means() {
        return means;
    }

    /** Second moments, the array itself. */
    public float[] squares() {
        return squares;
    }

    /**
     * Changes values in place.
     *
     * @param slopes derivatives by them
     * @param step from 1
     * @param learningRate largest change, in the unit of the values
     * @param decay share of each value that is added to the derivative by it
     */
    public void update(float[] values, float[] slopes, int step, double learningRate, double decay) {
        double rate = learningRate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
        for (int index = 0; index < values.length; index++) {
            double slope = slopes[index] + decay * values[index];
            double mean = BETA1 * means[index] + (1 - BETA1) * slope;
            double square = BETA2 * squares[index] + (1 - BETA2) * slope * slope;
            means[index] = (float) mean;
            squares[index] = (float) square;
            values[index] -= (float) (rate * mean / (Math.sqrt(square) + EPSILON));
        }
    }
}
