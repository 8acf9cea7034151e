// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

/**
 * How long a payload should be on a line that loses this many frames: long ones are lost more often, short ones carry
 * more overhead. With h bytes of overhead and one fault in b bytes, goodput is best near √(h·b). Remembers about the last
 * megabyte. The mirror image of firmware-template/protocol/link.c.
 */
final class FrameLoss {
    /** Header, CRC, delimiters, COBS. */
    static final int OVERHEAD_BYTES = 20;

    /** What every firmware's answers that are not streamed fit into. */
    static final int LEAST_PAYLOAD_BYTES = 128;

    private static final int SCALE = 16;
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_LOSSES = 32 * SCALE;

    private int bytes;
    private int losses;

    /** A frame has arrived, or has to be sent again. */
    void settled(int payloadBytes, boolean lost) {
        bytes += payloadBytes + OVERHEAD_BYTES;
        losses += lost ? SCALE : 0;
        if (bytes > MOST_BYTES || losses > MOST_LOSSES) {
            bytes /= 2;
            losses /= 2;
        }
    }

    void forget() {
        bytes = 0;
        losses = 0;
    }

    /** The payload that carries most, up to a limit of at least {@link #LEAST_PAYLOAD_BYTES}. */
    int payloadBytes(int most) {
        if (losses == 0) {
            return most;
        }
        int best = (int) Math.sqrt((double) (OVERHEAD_BYTES * SCALE) * bytes / losses);
        return Math.max(LEAST_PAYLOAD_BYTES, Math.min(best, most));
    }
}
