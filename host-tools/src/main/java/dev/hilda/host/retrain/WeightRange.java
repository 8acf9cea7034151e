// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.List;

/** What decides the codes of a layer's weights while they are trained: one range a channel, or one for all. */
interface WeightRange {
    /**
     * Codes of a range.
     *
     * @param scale of a step
     */
    record Codes(int bits, int zeroPoint, float scale, FakeQuantizer quantizer) {
        Codes(int bits, int zeroPoint, float scale) {
            this(bits, zeroPoint, scale, new FakeQuantizer(bits, zeroPoint));
        }

        /** The unsigned code of a weight. */
        int code(float weight) {
            return quantizer.steps(weight, scale) + zeroPoint;
        }

        /** What its code stands for. */
        float rounded(float weight) {
            return quantizer.rounded(weight, scale);
        }
    }

    /** Its own. */
    List<Parameter> parameters();

    /** As weights and parameters are now, by channel. */
    List<Codes> codes(float[] weights);

    /**
     * Turns derivatives by rounded weights into those by the weights, in place.
     *
     * @return derivatives by the parameters, in their order
     */
    List<float[]> gradients(float[] weights, float[] slopes);
}
