// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/**
 * How well a run kept line and core busy, by the board's clock, from the end of one inference to the end of the last.
 * Images go one way and answers the other at the same time; the direction with more bytes an image is the busier one.
 *
 * @param intervals images after the one whose end begins the count
 * @param boardCycles from the end of that inference to the end of the last
 * @param imageBytes of one image, without any framing
 * @param answerBytes of one answer's body, likewise
 * @param meanInferenceCycles of one image
 * @param clockHz of the cycles
 * @param baud at which the board really samples; a byte takes ten bits
 */
public record WireUse(
        long intervals,
        long boardCycles,
        long imageBytes,
        long answerBytes,
        double meanInferenceCycles,
        long clockHz,
        double baud) {
    private static final double LINE_BITS_PER_BYTE = 10;

    /** Whether answers fill the line more than images do. */
    public boolean isBusierWithAnswers() {
        return answerBytes > imageBytes;
    }

    /**
     * Share of the busier direction's bits that carried images or answers, 0 to 1, start and stop bits included; NaN
     * without intervals.
     */
    public double utilisation() {
        return wireCycles() / cyclesPerImage();
    }

    /** Time of an image as a multiple of what its bytes on the line, its answer's, or its inference need at least. */
    public double cyclesOverIdeal() {
        return cyclesPerImage() / Math.max(wireCycles(), meanInferenceCycles);
    }

    /** Mean time from one result to the next. */
    public double cyclesPerImage() {
        return (double) boardCycles / intervals;
    }

    /** What the busier direction's bytes of an image take on the line, without any framing. */
    public double wireCycles() {
        return Math.max(imageBytes, answerBytes) * LINE_BITS_PER_BYTE / baud * clockHz;
    }
}
