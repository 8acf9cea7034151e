// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.tensor.Adam;

/** Numbers that training changes, with what Adam remembers of each. */
final class Parameter {
    private final String name;
    private final float[] values;
    private final double learningRate;
    private final double decay;
    private final Adam adam;

    /** @param learningRate largest change in a step by the default schedule, in the unit of the values */
    Parameter(String name, float[] values, double learningRate) {
        this(name, values, learningRate, 0);
    }

    /**
     * The same, drawn towards 0.
     *
     * @param decay share of a value that is added to the derivative by it
     */
    Parameter(String name, float[] values, double learningRate, double decay) {
        this.name = name;
        this.values = values;
        this.learningRate = learningRate;
        this.decay = decay;
        this.adam = new Adam(values.length);
    }

    String name() {
        return name;
    }

    /** The array itself. */
    float[] values() {
        return values;
    }

    double learningRate() {
        return learningRate;
    }

    double decay() {
        return decay;
    }

    /** What is remembered of earlier steps. */
    Adam adam() {
        return adam;
    }

    /**
     * Changes the values.
     *
     * @param gradient derivatives by them
     * @param step from 1
     * @param rate largest change
     */
    void update(float[] gradient, int step, double rate) {
        adam.update(values, gradient, step, rate, decay);
    }
}
