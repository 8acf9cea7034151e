// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.Locale;

/** C identifiers made of the names in a model. */
final class CNames {
    private static final int LONGEST = 40;

    private CNames() {}

    /** The name in lower case, with one underscore for each run of other characters; possibly empty. */
    static String identifier(String name) {
        String identifier = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        identifier = identifier.substring(0, Math.min(LONGEST, identifier.length()));
        return identifier.replaceAll("^_+|_+$", "");
    }

    /** The name as it may stand in a line comment. */
    static String comment(String name) {
        return name.replaceAll("[^A-Za-z0-9 _./:;+-]", "_");
    }
}
