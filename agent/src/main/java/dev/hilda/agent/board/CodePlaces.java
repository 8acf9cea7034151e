// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.util.Optional;

/** What lies where in a firmware. */
public interface CodePlaces {
    /** When nothing is known of it. */
    CodePlaces UNKNOWN = address -> Optional.empty();

    /**
     * A place in the code.
     *
     * @param function its name
     * @param line file and line, for example {@code port/port.c:92}; empty when that is not known
     */
    record Place(String function, Optional<String> line) {
        @Override
        public String toString() {
            return function + line.map(known -> " (" + known + ")").orElse("");
        }
    }

    /** Where an instruction is; empty when no function is known to have it. */
    Optional<Place> at(long address) throws InterruptedException;

    /** Whether bytes of the firmware lie there, which can always be read where the memory is whole. */
    default boolean holdsFirmware(long address) {
        return false;
    }

    /** Whether an address lies in the guard below the stack, which nothing but an overflow of it reaches. */
    default boolean isStackGuard(long address) {
        return false;
    }
}
