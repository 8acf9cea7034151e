// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import java.util.function.Supplier;

/** Conditions of this package's records. */
final class Require {
    private Require() {}

    static void that(boolean condition, Supplier<String> problem) {
        if (!condition) {
            throw new GraphException(problem.get());
        }
    }
}
