// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.Optional;

/**
 * How the codes of a network's input hold the values of samples.
 *
 * @param clipped share of the values that lie more than half a step outside of the range of the codes, 0 to 1
 * @param span of the codes, the share within which 99 % of the values lie, above 0 and at most 1
 * @param stored the values as they are stored
 * @param fitting what they would have to mean to fill the range of the codes
 */
public record InputShares(double clipped, double span, ValueRange stored, RealMapping fitting) {
    private static final double NARROW_SPAN = 0.03;
    private static final double WARNING_RISE = 0.01;
    private static final double FAILURE_RISE = 0.2;

    /** How bad it is. */
    public enum Verdict {
        FITTING,
        DOUBTFUL,
        WRONG
    }

    /** Whether almost all values fall on a few of many codes, as those of 0 to 1 do in a network for 0 to 255. */
    public boolean isNarrow() {
        return span <= NARROW_SPAN;
    }

    /**
     * Judges by how much more is clipped than was in calibration.
     *
     * @param calibrated the share that was clipped then; 0 where the file brought its own codes
     */
    public Verdict verdict(double calibrated) {
        if (isNarrow() || clipped - calibrated >= FAILURE_RISE) {
            return Verdict.WRONG;
        }
        return clipped - calibrated >= WARNING_RISE ? Verdict.DOUBTFUL : Verdict.FITTING;
    }

    /** The line of the data set's YAML that would fit; empty where none is needed. */
    public Optional<String> fittingLine() {
        return fitting.equals(RealMapping.IDENTITY) ? Optional.empty() : Optional.of(fitting.yaml());
    }
}
