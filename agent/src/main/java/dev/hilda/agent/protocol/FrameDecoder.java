// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Finds frames in line bytes. After whatever corruption or prefix it is in step again at the next delimiter. */
final class FrameDecoder {
    /** Told of every frame, intact or not, in the order of the line. */
    interface Listener {
        void frame(FrameHeader header, byte[] payload);

        /** Broken COBS, too short or too long: noise, a prefix, a cut frame. */
        void malformed();

        void badCrc();
    }

    private static final int OVERHEAD_BYTES = FrameHeader.BYTES + FrameEncoder.CRC_BYTES;

    private final Listener listener;
    private final byte[] sealed = new byte[FrameEncoder.MAX_SEALED_BYTES];
    private int size;
    private int blockLeft;
    private boolean zeroDue;
    private boolean skipping;
    private boolean started;

    FrameDecoder(Listener listener) {
        this.listener = listener;
    }

    void feed(byte[] line, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            if (line[i] == 0) {
                endFrame();
            } else {
                started = true;
                if (!skipping) {
                    take(line[i]);
                }
            }
        }
    }

    private void take(byte value) {
        if (blockLeft > 0) {
            append(value);
            blockLeft--;
            return;
        }
        if (zeroDue) {
            append((byte) 0);
        }
        blockLeft = Byte.toUnsignedInt(value) - 1;
        zeroDue = blockLeft < FrameEncoder.FULL_BLOCK_BYTES;
    }

    private void append(byte value) {
        if (size == sealed.length) {
            skipping = true;
        } else {
            sealed[size++] = value;
        }
    }

    private void endFrame() {
        boolean any = started;
        boolean whole = !skipping && blockLeft == 0 && size >= OVERHEAD_BYTES;
        int contentBytes = size - FrameEncoder.CRC_BYTES;
        size = 0;
        blockLeft = 0;
        zeroDue = false;
        skipping = false;
        started = false;
        if (!any) {
            return; // an empty frame means nothing
        }
        if (!whole) {
            listener.malformed();
            return;
        }
        ByteBuffer frame = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
        CRC32 crc = new CRC32();
        crc.update(sealed, 0, contentBytes);
        if (frame.getInt(contentBytes) != (int) crc.getValue()) {
            listener.badCrc();
            return;
        }
        FrameHeader header = FrameHeader.get(frame);
        listener.frame(header, Arrays.copyOfRange(sealed, FrameHeader.BYTES, contentBytes));
    }
}
