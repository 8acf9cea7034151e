// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.Locale;

/** What is learned about the codes of weights. Ranges are one a channel, or one a layer with the per-layer variants. */
public enum WeightQuantizer {
    /** Steps, with zero points that stay: Esser et al., "Learned Step Size Quantization", ICLR 2020. */
    LEARNED_STEP,
    /** Both ends of the range: Rusci, Capotondi and Benini, MLSys 2020, as PACT does it for activations. */
    PACT,
    /** Nothing: the range is that of the weights as they are. */
    MIN_MAX;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
