// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.dataset.ImageHeader.UnusableImageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The markers of a JPEG file (ITU-T T.81, annex B), from the first to the end of the image. */
final class JpegHeader {
    private static final int START_OF_IMAGE = 0xFFD8;
    private static final int MARKER = 0xFF;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int TEMPORARY = 0x01;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;

    /** Baseline, extended and progressive frames with Huffman codes; others have other numbers. */
    private static final int FIRST_FRAME = 0xC0;

    private static final int LAST_HUFFMAN_FRAME = 0xC2;
    private static final int LAST_FRAME = 0xCF;
    private static final int HUFFMAN_TABLE = 0xC4;
    private static final int RESERVED = 0xC8;
    private static final int ARITHMETIC_TABLE = 0xCC;
    private static final int BITS = 8;
    private static final int CMYK = 4;

    private final ByteBuffer bytes;
    private int orientation = 1;
    private final List<Integer> profiles = new ArrayList<>();
    private boolean hasScan;

    private JpegHeader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    static boolean isOne(ByteBuffer bytes) {
        return bytes.limit() > 2 && Short.toUnsignedInt(bytes.getShort(0)) == START_OF_IMAGE;
    }

    static ImageHeader read(ByteBuffer bytes) throws UnusableImageException {
        JpegHeader header = new JpegHeader(bytes);
        header.read(2);
        return new ImageHeader(header.orientation, header.profiles);
    }

    /** From marker to marker; within a scan, to the next byte 0xFF that is one. */
    private void read(int start) throws UnusableImageException {
        int at = start;
        while (true) {
            at = nextMarker(at);
            int marker = unsigned(at);
            at++;
            if (marker == END_OF_IMAGE) {
                return;
            }
            if (marker == TEMPORARY || (marker >= FIRST_RESTART && marker <= LAST_RESTART)) {
                continue;
            }
            int length = at + 2 <= bytes.limit() ? Short.toUnsignedInt(bytes.getShort(at)) : Integer.MAX_VALUE / 2;
            if (at + length > bytes.limit()) {
                throw ImageHeader.truncated("within its header");
            }
            if (marker == APP2) {
                profiles.add(at - 1);
            }
            segment(marker, at + 2, at + length);
            at += length;
        }
    }

    /** Where the code of the next marker is. */
    private int nextMarker(int from) throws UnusableImageException {
        for (int at = from; at + 1 < bytes.limit(); at++) {
            int code = unsigned(at + 1);
            if (unsigned(at) == MARKER && code != 0 && code != MARKER) {
                return at + 1;
            }
            if (!hasScan && unsigned(at) != MARKER) {
                throw ImageHeader.damaged("no marker at byte " + at);
            }
        }
        throw ImageHeader.truncated(hasScan ? "within the picture" : "before the picture");
    }

    private void segment(int marker, int from, int to) throws UnusableImageException {
        if (marker == START_OF_SCAN) {
            hasScan = true;
        } else if (marker == APP1) {
            orientation = Exif.ofSegment(bytes, from, to).orElse(orientation);
        } else if (isFrame(marker)) {
            requireReadable(marker, from, to);
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= FIRST_FRAME
                && marker <= LAST_FRAME
                && marker != HUFFMAN_TABLE
                && marker != RESERVED
                && marker != ARITHMETIC_TABLE;
    }

    private void requireReadable(int marker, int from, int to) throws UnusableImageException {
        if (to - from < 6) {
            throw ImageHeader.damaged("a frame header of " + (to - from) + " bytes");
        }
        int precision = unsigned(from);
        int components = unsigned(from + 5);
        if (marker > LAST_HUFFMAN_FRAME) {
            throw new UnusableImageException(
                    "a lossless, hierarchical or arithmetic JPEG", "save it as a baseline JPEG");
        }
        if (precision != BITS) {
            throw new UnusableImageException("a JPEG with " + precision + " bits a channel", "save it with 8 bits");
        }
        if (components == CMYK) {
            throw new UnusableImageException(
                    "a CMYK JPEG, for printing", "save it in RGB: magick FILE -colorspace sRGB FILE");
        }
    }

    private int unsigned(int at) {
        return Byte.toUnsignedInt(bytes.get(at));
    }
}
