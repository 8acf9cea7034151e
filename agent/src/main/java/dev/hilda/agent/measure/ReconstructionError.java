// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/** Mean squared error between what an autoencoder was given and what it made of it. */
public final class ReconstructionError {
    private ReconstructionError() {}

    /**
     * Mean over all elements of the squared difference.
     *
     * @param expected real values, at least one
     * @param outputs codes or int32 in the same order
     * @param scale of the outputs
     * @param zeroPoint of the outputs: real value = scale × (output − zeroPoint)
     */
    public static double of(float[] expected, int[] outputs, double scale, int zeroPoint) {
        if (expected.length == 0 || expected.length != outputs.length) {
            throw new IllegalArgumentException(
                    "expected " + expected.length + " outputs, at least 1, got " + outputs.length);
        }
        double sum = 0;
        for (int index = 0; index < outputs.length; index++) {
            double difference = scale * ((double) outputs[index] - zeroPoint) - expected[index];
            sum += difference * difference;
        }
        return sum / outputs.length;
    }
}
