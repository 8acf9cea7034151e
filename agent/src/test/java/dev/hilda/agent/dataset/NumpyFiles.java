// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Files as {@code numpy.save} writes them, version 1.0. */
final class NumpyFiles {
    private NumpyFiles() {}

    static byte[] zeroes(String descr, String shape, int dataBytes) {
        String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        String header = text + " ".repeat(63 - (10 + text.length()) % 64) + "\n";
        byte[] magic = ("\u0093NUMPY\u0001\u0000" + (char) (header.length() & 0xff) + (char) (header.length() >> 8))
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] file = Arrays.copyOf(magic, 10 + header.length() + dataBytes);
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, file, 10, header.length());
        return file;
    }
}
