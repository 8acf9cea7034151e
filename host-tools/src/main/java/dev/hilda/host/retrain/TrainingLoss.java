// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.Locale;

/** What training makes small. */
public enum TrainingLoss {
    /** The distance from the float network. */
    DISTILLATION,
    /** The cross entropy with the labels of the images. */
    LABELS;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
