// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Turns a header and a payload into line bytes: 00, COBS(header, payload, CRC-32), 00. */
final class FrameEncoder {
    static final int MAX_PAYLOAD_BYTES = 2048;
    static final int CRC_BYTES = 4;
    static final int MAX_SEALED_BYTES = FrameHeader.BYTES + MAX_PAYLOAD_BYTES + CRC_BYTES;
    /** Line bytes of the longest frame. */
    static final int MAX_LINE_BYTES = maxLineBytes(MAX_SEALED_BYTES);

    static final int FULL_BLOCK_BYTES = 254;

    private FrameEncoder() {}

    static byte[] encode(FrameHeader header, byte[] payload) {
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "frame payload of %d bytes, expected at most %d".formatted(payload.length, MAX_PAYLOAD_BYTES));
        }
        int contentBytes = FrameHeader.BYTES + payload.length;
        ByteBuffer sealed = ByteBuffer.allocate(contentBytes + CRC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(sealed);
        sealed.put(payload);
        CRC32 crc = new CRC32();
        crc.update(sealed.array(), 0, contentBytes);
        sealed.putInt((int) crc.getValue());
        return stuff(sealed.array());
    }

    private static int maxLineBytes(int sealedBytes) {
        return sealedBytes + sealedBytes / FULL_BLOCK_BYTES + 1 + 2;
    }

    /** COBS between two delimiters (Cheshire and Baker, "Consistent Overhead Byte Stuffing", section 3). */
    private static byte[] stuff(byte[] sealed) {
        ByteBuffer line = ByteBuffer.allocate(maxLineBytes(sealed.length));
        line.put((byte) 0);
        int next = 0;
        boolean more = true;
        while (more) {
            int length = blockLength(sealed, next);
            line.put((byte) (length + 1)).put(sealed, next, length);
            next += length;
            more = next < sealed.length;
            if (more && length < FULL_BLOCK_BYTES) {
                next++; // the zero that the code byte stands for
            }
        }
        line.put((byte) 0).flip();
        byte[] bytes = new byte[line.remaining()];
        line.get(bytes);
        return bytes;
    }

    private static int blockLength(byte[] sealed, int from) {
        int end = Math.min(sealed.length, from + FULL_BLOCK_BYTES);
        int to = from;
        while (to < end && sealed[to] != 0) {
            to++;
        }
        return to - from;
    }
}
