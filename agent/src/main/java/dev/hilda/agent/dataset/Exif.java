// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which way up a camera was held: tag 0x0112 of Exif (CIPA DC-008, 4.6.4), a TIFF structure within an image file. */
final class Exif {
    private static final byte[] MAGIC = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int ORIENTATION = 0x0112;
    private static final int LITTLE_ENDIAN = 0x4949;
    private static final int LEAST_TIFF_BYTES = 14;
    private static final int ENTRY_BYTES = 12;
    private static final int VALUE_AT = 8;

    private Exif() {}

    /** Of a JPEG's segment APP1; empty where it holds something else or no orientation. */
    static Optional<Integer> ofSegment(ByteBuffer bytes, int from, int to) {
        if (to - from < MAGIC.length || !bytes.slice(from, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            return Optional.empty();
        }
        return ofTiff(bytes, from + MAGIC.length, to);
    }

    /** Of the TIFF structure alone. Values that the standard does not know count as none, as viewers have it. */
    static Optional<Integer> ofTiff(ByteBuffer bytes, int from, int to) {
        if (to - from < LEAST_TIFF_BYTES) {
            return Optional.empty();
        }
        ByteBuffer tiff = bytes.slice(from, to - from);
        tiff.order(tiff.getShort(0) == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = Integer.toUnsignedLong(tiff.getInt(Integer.BYTES));
        if (directory + Short.BYTES > tiff.limit()) {
            return Optional.empty();
        }
        int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
        for (int entry = 0; entry < entries; entry++) {
            long at = directory + Short.BYTES + (long) entry * ENTRY_BYTES;
            if (at + ENTRY_BYTES > tiff.limit()) {
                return Optional.empty();
            }
            if (Short.toUnsignedInt(tiff.getShort((int) at)) == ORIENTATION) {
                int value = Short.toUnsignedInt(tiff.getShort((int) at + VALUE_AT));
                return value >= 1 && value <= 8 ? Optional.of(value) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
