// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.Locale;

/**
 * How the codes of a network's input hold the values of samples.
 *
 * @param clipped share of the values that lie more than half a step outside of the range of the codes, 0 to 1
 * @param span of the codes, the share within which 99 % of the values lie, above 0 and at most 1
 * @param range of the codes, in real values
 * @param stored the values as they are stored
 * @param mapping what they mean
 * @param fitting what they would have to mean to fill the range of the codes
 */
public record InputShares(
        double clipped, double span, ValueRange range, ValueRange stored, RealMapping mapping, RealMapping fitting) {
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

    /** What the network reads, for messages. */
    public String expected() {
        return "values from " + range + ", which the codes of the network's input stand for";
    }

    /**
     * What the samples hold, for messages.
     *
     * @param calibrated as {@link #verdict} takes it
     */
    public String actual(double calibrated) {
        String what = String.format(
                Locale.ROOT,
                "%s as stored, %s by %s: %.1f %% of the values outside",
                stored,
                mapping.onto(stored),
                mapping.yaml(),
                100 * clipped);
        return what
                + (calibrated > 0 ? String.format(Locale.ROOT, ", %.1f %% in calibration", 100 * calibrated) : "")
                + (isNarrow() && clipped < FAILURE_RISE
                        ? String.format(Locale.ROOT, ", 99 %% of them on %.1f %% of the codes", 100 * span)
                        : "");
    }

    /** The line of the data set's YAML that would fit. */
    public String remedy() {
        if (fitting.isAbout(mapping)) {
            return "see whether these are the samples that the network was trained for: hilda dataset check --sheet";
        }
        return "say what the stored values mean, in the data set's YAML: "
                + (fitting.equals(RealMapping.IDENTITY) ? "no line values:" : fitting.yaml());
    }
}
