// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a JPEG or PNG file says of itself besides pixels, after a look at the whole of its structure: a file that ends early,
 * or whose checksums are wrong, has none.
 *
 * @param orientation Exif's, 1 to 8; 1 where the file says none
 * @param profiles where the codes of the markers of a JPEG's colour profile are
 */
record ImageHeader(int orientation, List<Integer> profiles) {
    static final ImageHeader PLAIN = new ImageHeader(1, List.of());

    /** A file that cannot be used, with what can be done. */
    static final class UnusableImageException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        UnusableImageException(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        String remedy() {
            return remedy;
        }
    }

    /** Of other formats: nothing, and whoever decodes them finds out. */
    static ImageHeader of(byte[] file) throws UnusableImageException {
        ByteBuffer bytes = ByteBuffer.wrap(file).asReadOnlyBuffer();
        if (JpegHeader.isOne(bytes)) {
            return JpegHeader.read(bytes);
        }
        return PngHeader.isOne(bytes) ? PngHeader.read(bytes) : PLAIN;
    }

    static UnusableImageException truncated(String where) {
        return new UnusableImageException(
                "truncated: the file ends " + where,
                "copy it again from where it is whole, or take it out of the data set");
    }

    static UnusableImageException damaged(String what) {
        return new UnusableImageException(
                "damaged: " + what, "copy it again from where it is whole, or take it out of the data set");
    }
}
