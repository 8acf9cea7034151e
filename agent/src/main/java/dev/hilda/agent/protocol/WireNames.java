// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.util.Arrays;
import java.util.Locale;

/** Enums whose order is the wire's: numbers to constants, constants to words. */
final class WireNames {
    private WireNames() {}

    /** The constant with this number, or the last one, UNKNOWN, for numbers of later versions. */
    static <E extends Enum<E>> E constant(E[] constants, int number) {
        return constants[Math.min(number, constants.length - 1)];
    }

    static <E extends Enum<E>> int number(E[] constants, E constant) {
        return Arrays.asList(constants).indexOf(constant);
    }

    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
