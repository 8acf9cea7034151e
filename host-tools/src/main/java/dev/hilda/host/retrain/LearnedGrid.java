// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.ActivationQuantization;

/** The codes of activations while they are trained. */
interface LearnedGrid {
    static LearnedGrid of(String value, ActivationQuantization start, ActivationQuantizer quantizer) {
        return quantizer == ActivationQuantizer.PACT && PactGrid.isFor(start)
                ? new PactGrid(value, start)
                : new SteppedGrid(value, start);
    }

    Parameter parameter();

    /** Half of what a step is at the start, where values are rounded down: what they lose by it on average. */
    double roundedOff();

    /** What codes of new values stand for. */
    float[] rounded(float[] values);

    /** The same of averages of codes, which the integer network rounds half up whatever the grid. */
    float[] averaged(float[] values);

    /**
     * Derivative by the parameter. Those by the values outside the range become 0, in place.
     *
     * @param values before rounding
     * @param outer by the rounded values
     */
    float gradient(float[] values, float[] outer);

    ActivationQuantization quantization();
}
