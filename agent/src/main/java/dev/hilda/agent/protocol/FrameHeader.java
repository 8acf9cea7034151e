// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;

/**
 * The 12 bytes before a frame's payload (SPEC.md, "Frames").
 *
 * @param type {@link #HELLO_REQUEST} … {@link #ACK}; others come from later versions and are ignored
 * @param flags sum of the FLAG constants
 * @param credit DATA frames the sender can take, counted from {@code acknowledge}; 0 to 65535
 * @param session chosen by the host, not 0; 0 in a board's announcement
 * @param sequence number of this DATA frame, or of the next one; 0 to 65535
 * @param acknowledge number of the DATA frame expected next; 0 to 65535
 */
record FrameHeader(int type, int flags, int credit, int session, int sequence, int acknowledge) {
    static final int BYTES = 12;

    static final int HELLO_REQUEST = 1;
    static final int HELLO = 2;
    static final int DATA = 3;
    static final int ACK = 4;

    static final int FLAG_FIRST = 0x01;
    static final int FLAG_LAST = 0x02;
    static final int FLAG_GAP = 0x10;
    static final int FLAG_ACK_REQUEST = 0x20;
    static final int FLAG_KEEPS = 0x40;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    void put(ByteBuffer littleEndian) {
        littleEndian.put((byte) type).put((byte) flags).putShort((short) credit).putInt(session);
        littleEndian.putShort((short) sequence).putShort((short) acknowledge);
    }

    static FrameHeader get(ByteBuffer littleEndian) {
        int type = Byte.toUnsignedInt(littleEndian.get());
        int flags = Byte.toUnsignedInt(littleEndian.get());
        int credit = Short.toUnsignedInt(littleEndian.getShort());
        int session = littleEndian.getInt();
        int sequence = Short.toUnsignedInt(littleEndian.getShort());
        int acknowledge = Short.toUnsignedInt(littleEndian.getShort());
        return new FrameHeader(type, flags, credit, session, sequence, acknowledge);
    }
}
