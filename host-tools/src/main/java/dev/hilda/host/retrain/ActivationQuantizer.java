// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.Locale;

/** What is learned about the codes of activations. */
public enum ActivationQuantizer {
    /** The step, rounding half up: Esser et al., "Learned Step Size Quantization", ICLR 2020. */
    LEARNED_STEP,
    /** The upper end of what begins at 0, rounding down: Choi et al., "PACT", arXiv 1805.06085. */
    PACT;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
