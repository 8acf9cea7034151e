// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import java.util.Optional;
import java.util.Set;

/**
 * What one function needs of the stack.
 *
 * @param frameBytes all that it pushes, on whatever path: at least what it has there at a time
 * @param callees functions it calls or jumps to
 * @param unbounded an instruction because of which that is not all
 */
record StackUse(long frameBytes, Set<String> callees, Optional<String> unbounded) {
    StackUse {
        callees = Set.copyOf(callees);
    }
}
