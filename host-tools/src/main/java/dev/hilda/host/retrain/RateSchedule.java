// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.Locale;

/** How learning rates change with time. */
public enum RateSchedule {
    /** Each parameter's own rate, which falls to 0 along half a cosine. */
    COSINE,
    /** A tenth of these. */
    GENTLE,
    /** One rate for all, 1e-4, 5e-5 after 5 epochs and 1e-5 after 8: Rusci, Capotondi and Benini, MLSys 2020. */
    PUBLISHED;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Of one step.
     *
     * @param own the parameter's, in the unit of its values
     * @param epoch from 0
     * @param done share of all steps, 0 … 1
     */
    double rate(double own, int epoch, double done) {
        return switch (this) {
            case COSINE -> own * cosine(done);
            case GENTLE -> 0.1 * own * cosine(done);
            case PUBLISHED -> published(epoch);
        };
    }

    private static double cosine(double done) {
        return 0.5 * (1 + Math.cos(Math.PI * done));
    }

    private static double published(int epoch) {
        if (epoch < 5) {
            return 1e-4;
        }
        return epoch < 8 ? 5e-5 : 1e-5;
    }
}
