// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.dataset.ImageHeader.UnusableImageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** The chunks of a PNG file (PNG specification, third edition, section 5), each with its checksum, to the last. */
final class PngHeader {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;

    /** Length, name and checksum. */
    private static final int CHUNK_FRAME_BYTES = 12;

    private static final int BIT_DEPTH_AT = 8;
    private static final int MOST_BITS = 8;

    private PngHeader() {}

    static boolean isOne(ByteBuffer bytes) {
        return bytes.limit() >= Long.BYTES && bytes.getLong(0) == SIGNATURE;
    }

    static ImageHeader read(ByteBuffer bytes) throws UnusableImageException {
        int orientation = 1;
        int at = Long.BYTES;
        while (true) {
            if (at + CHUNK_FRAME_BYTES > bytes.limit()) {
                throw ImageHeader.truncated("before its last chunk, IEND");
            }
            long length = Integer.toUnsignedLong(bytes.getInt(at));
            if (at + CHUNK_FRAME_BYTES + length > bytes.limit()) {
                throw ImageHeader.truncated("within its chunk " + name(bytes, at));
            }
            int end = at + Long.BYTES + (int) length;
            requireChecksum(bytes, at, end);
            String name = name(bytes, at);
            if (name.equals("IEND")) {
                return new ImageHeader(orientation, List.of());
            }
            if (name.equals("IHDR") && length > BIT_DEPTH_AT) {
                requireBytes(bytes.get(at + Long.BYTES + BIT_DEPTH_AT));
            } else if (name.equals("eXIf")) {
                orientation = Exif.ofTiff(bytes, at + Long.BYTES, end).orElse(orientation);
            }
            at = end + Integer.BYTES;
        }
    }

    private static String name(ByteBuffer bytes, int at) {
        byte[] name = new byte[Integer.BYTES];
        bytes.get(at + Integer.BYTES, name);
        return new String(name, StandardCharsets.US_ASCII);
    }

    private static void requireChecksum(ByteBuffer bytes, int at, int end) throws UnusableImageException {
        CRC32 crc = new CRC32();
        crc.update(bytes.slice(at + Integer.BYTES, end - at - Integer.BYTES));
        if ((int) crc.getValue() != bytes.getInt(end)) {
            throw ImageHeader.damaged("the checksum of chunk " + name(bytes, at) + " is wrong");
        }
    }

    private static void requireBytes(int bitDepth) throws UnusableImageException {
        if (bitDepth > MOST_BITS) {
            throw new UnusableImageException(
                    "a PNG with " + bitDepth + " bits a channel", "save it with 8: magick FILE -depth 8 FILE");
        }
    }
}
