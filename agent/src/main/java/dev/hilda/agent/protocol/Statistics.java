// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the board has counted since boot (SPEC.md, "Messages").
 *
 * @param uptimeCycles of the CPU clock, sleep included
 * @param idleCycles of them asleep
 * @param receiveOverflows received bytes that the DMA overwrote before they were read
 * @param stackPeakBytes deepest use of the stack so far
 * @param unexpectedFrames of other sessions, or without one
 */
public record Statistics(
        long uptimeCycles,
        long idleCycles,
        LinkStatistics link,
        long uartOverruns,
        long uartFramingErrors,
        long uartNoiseErrors,
        long dmaErrors,
        long receiveOverflows,
        long stackBytes,
        long stackPeakBytes,
        long sessions,
        long unexpectedFrames) {
    static final int BYTES = 100;

    /**
     * Reads the body of an answer to {@link Message#STATISTICS}.
     *
     * @throws ProtocolException when it is too short
     */
    public static Statistics decode(byte[] body) {
        ProtocolException.requireBytes("statistics", BYTES, body);
        ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        LinkStatistics link = new LinkStatistics(
                in.getLong(16),
                in.getLong(24),
                unsigned(in, 32),
                unsigned(in, 36),
                unsigned(in, 40),
                unsigned(in, 44),
                unsigned(in, 48),
                unsigned(in, 52),
                unsigned(in, 56),
                unsigned(in, 60));
        return new Statistics(
                in.getLong(0),
                in.getLong(8),
                link,
                unsigned(in, 64),
                unsigned(in, 68),
                unsigned(in, 72),
                unsigned(in, 76),
                unsigned(in, 80),
                unsigned(in, 84),
                unsigned(in, 88),
                unsigned(in, 92),
                unsigned(in, 96));
    }

    private static long unsigned(ByteBuffer in, int offset) {
        return Integer.toUnsignedLong(in.getInt(offset));
    }
}
