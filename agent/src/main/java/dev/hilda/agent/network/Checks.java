// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.Arrays;

/** Conditions of this package's records. */
final class Checks {
    private Checks() {}

    /**
     * @param expected what was expected, as a noun
     * @param actual the values that came
     */
    static void that(boolean condition, String expected, Object... actual) {
        if (!condition) {
            throw failure(expected, actual);
        }
    }

    /** What is thrown where a value is not as expected. */
    static IllegalArgumentException failure(String expected, Object... actual) {
        return new IllegalArgumentException("expected " + expected + ", got " + Arrays.deepToString(actual));
    }
}
