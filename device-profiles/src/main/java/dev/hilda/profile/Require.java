// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.function.Supplier;

/** Invariants of the records. */
final class Require {
    private Require() {}

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    static void that(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new IllegalArgumentException(message.get());
        }
    }
}
