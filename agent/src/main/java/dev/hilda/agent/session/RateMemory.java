// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.util.OptionalInt;

/** What is known of the rates that an ST-Link carries. */
public interface RateMemory {
    /** For an ST-Link of which nothing is known or kept. */
    RateMemory NONE = new RateMemory() {
        @Override
        public Known known() {
            return Known.NOTHING;
        }

        @Override
        public void keep(Known known) {}
    };

    /**
     * Rates in baud.
     *
     * @param carried the highest that an echo came through at, undamaged
     * @param failed the lowest that damaged or lost something
     */
    record Known(OptionalInt carried, OptionalInt failed) {
        public static final Known NOTHING = new Known(OptionalInt.empty(), OptionalInt.empty());

        boolean hasFailedAt(int baud) {
            return failed.isPresent() && baud >= failed.getAsInt();
        }
    }

    Known known();

    void keep(Known known);
}
