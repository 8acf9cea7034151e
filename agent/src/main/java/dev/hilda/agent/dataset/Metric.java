// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.Locale;

/** How outputs on a data set are judged. */
public enum Metric {
    /** Share of samples whose largest output is the label's; top-5 is told as well. */
    TOP1(true),
    /** Share of samples whose label is among the five largest outputs; top-1 is told as well. */
    TOP5(true),
    /** Area under the ROC curve of the last output, of two outputs of their difference; labels are 0 and 1. */
    AUC(true),
    /** Mean squared error between the outputs and the network's own input, as of an autoencoder. */
    MSE(false),
    /** Share of samples whose largest output is the one that another network predicted; its predictions are the labels. */
    AGREEMENT(true),
    /** Not at all: for calibration, latency and parity. */
    NONE(false);

    private final boolean needsLabels;

    Metric(boolean needsLabels) {
        this.needsLabels = needsLabels;
    }

    public boolean needsLabels() {
        return needsLabels;
    }

    /** The metric as it is written in a data set's YAML and in results, for example {@code top1}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
