package dev.hilda.agent.measure;

/**
 * How well a run kept line and core busy, by the board's clock, from the end of the first inference to the end of the
 * last.
 *
 * @param intervals images after the first
 * @param boardCycles from the end of the first inference to the end of the last
 * @param payloadBytes of one image
 * @param meanInferenceCycles of one image
 * @param clockHz of the cycles
 * @param baud at which the board really samples; a byte takes ten bits
 */
public record WireUse(
        long intervals, long boardCycles, long payloadBytes, double meanInferenceCycles, long clockHz, double baud) {
    private static final double LINE_BITS_PER_BYTE = 10;

    /** Share of the line's bits that carried images, 0 to 1, start and stop bits included; NaN for one image. */
    public double utilisation() {
        return wireCycles() / cyclesPerImage();
    }

    /** Time of an image as a multiple of what its bytes on the line, or its inference, need at least. */
    public double cyclesOverIdeal() {
        return cyclesPerImage() / Math.max(wireCycles(), meanInferenceCycles);
    }

    /** Mean time from one result to the next. */
    public double cyclesPerImage() {
        return (double) boardCycles / intervals;
    }

    /** What an image's bytes take on the line, without any framing. */
    public double wireCycles() {
        return payloadBytes * LINE_BITS_PER_BYTE / baud * clockHz;
    }
}
