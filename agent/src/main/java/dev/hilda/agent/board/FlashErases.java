// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.util.List;
import java.util.Optional;

/**
 * What flashing has erased. An erase counts from when it was begun, since nobody knows how far one came that broke off: where
 * flashing ended early, so many sectors were erased at most.
 *
 * @param chip its unique ID, 24 hexadecimal digits; empty where it was not read
 * @param sectors the first address of each, in order
 */
public record FlashErases(Optional<String> chip, List<Long> sectors) {
    /** Nothing was erased. */
    public static final FlashErases NONE = new FlashErases(Optional.empty(), List.of());

    public FlashErases {
        sectors = List.copyOf(sectors);
    }
}
