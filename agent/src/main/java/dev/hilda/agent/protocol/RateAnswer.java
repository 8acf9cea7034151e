// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The rate that a board takes next (SPEC.md, "Messages").
 *
 * @param uartDivider real baud rate = uartKernelHz / uartDivider
 */
public record RateAnswer(long uartDivider) {
    /**
     * Reads the body of an answer to {@link Message#RATE}.
     *
     * @throws ProtocolException when it is too short
     */
    public static RateAnswer decode(byte[] body) {
        ProtocolException.requireBytes("rate answer", Integer.BYTES, body);
        return new RateAnswer(Integer.toUnsignedLong(
                ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt()));
    }

    /** The body, for a board in software. */
    public byte[] encode() {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) uartDivider)
                .array();
    }
}
