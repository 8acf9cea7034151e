// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

/** Numbers that training changes, with what Adam remembers of each. */
final class Parameter {
    private final String name;
    private final float[] values;
    private final double learningRate;
    private final double decay;
    private final float[] means;
    private final float[] squares;

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
        this.means = new float[values.length];
        this.squares = new float[values.length];
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

    /** Adam's first moments, the array itself. */
    float[] means() {
        return means;
    }

    /** Adam's second moments, the array itself. */
    float[] squares() {
        return squares;
    }
}
