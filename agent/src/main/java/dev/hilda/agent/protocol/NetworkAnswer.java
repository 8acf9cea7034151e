// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The network in the firmware, as the firmware itself knows it (SPEC.md, "Messages").
 *
 * @param inputBytes packed input codes of one image; the body of every infer request has this length
 * @param outputCount values of one inference's result
 * @param layerCount layers that are timed one by one; 0 in firmware without a network
 * @param arenaBytes memory for activations
 * @param arenaPeakBytes of the arena, those written since boot
 */
public record NetworkAnswer(long inputBytes, long outputCount, long layerCount, long arenaBytes, long arenaPeakBytes) {
    static final int BYTES = 20;

    /**
     * Reads the body of an answer to {@link Message#NETWORK}.
     *
     * @throws ProtocolException when it is too short
     */
    public static NetworkAnswer decode(byte[] body) {
        ProtocolException.requireBytes("network", BYTES, body);
        ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        return new NetworkAnswer(
                Integer.toUnsignedLong(in.getInt()),
                Integer.toUnsignedLong(in.getInt()),
                Integer.toUnsignedLong(in.getInt()),
                Integer.toUnsignedLong(in.getInt()),
                Integer.toUnsignedLong(in.getInt()));
    }

    /** The body, for a board in software. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt((int) inputBytes).putInt((int) outputCount).putInt((int) layerCount);
        out.putInt((int) arenaBytes).putInt((int) arenaPeakBytes);
        return out.array();
    }
}
