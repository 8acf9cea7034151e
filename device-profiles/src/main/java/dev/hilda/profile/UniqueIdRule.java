// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.nio.charset.StandardCharsets;

/**
 * Which unique IDs a profile may meet. A virtual board's ID begins with the ASCII letters {@code VIRT}, so that no
 * estimated result can be taken for a measured one.
 */
public enum UniqueIdRule implements Labelled {
    /** Only virtual boards. */
    VIRTUAL_ONLY,
    /** Only silicon. */
    SILICON_ONLY;

    /** Length of the unique ID. */
    public static final int UNIQUE_ID_BYTES = 12;

    /** First bytes of a virtual board's unique ID. */
    public static final String VIRTUAL_PREFIX = "VIRT";

    /**
     * Whether a board with this unique ID may be used with the profile.
     *
     * @param uniqueId {@value #UNIQUE_ID_BYTES} bytes in address order
     */
    public boolean allows(byte[] uniqueId) {
        Require.that(uniqueId.length == UNIQUE_ID_BYTES, "a unique ID has 12 bytes, not " + uniqueId.length);
        boolean virtual = new String(uniqueId, StandardCharsets.ISO_8859_1).startsWith(VIRTUAL_PREFIX);
        return virtual == (this == VIRTUAL_ONLY);
    }
}
