// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.Optional;

/** What the flash of each board holds and has borne, whichever program flashed it. */
public interface FlashLedger {
    /** Forgets at once: for boards that are not there. */
    FlashLedger NONE = new FlashLedger() {
        @Override
        public void add(String board, String serial, FlashWear wear) {}

        @Override
        public Optional<String> held(String serial) {
            return Optional.empty();
        }

        @Override
        public void forget(String serial) {}

        @Override
        public void hold(String serial, String firmwareSha256) {}

        @Override
        public Optional<WornFlash> worn(String serial) {
            return Optional.empty();
        }
    };

    /**
     * Adds erases of what has no result; those of a run are kept with it.
     *
     * @param board the profile's name
     * @param serial of its ST-Link, here and below
     */
    void add(String board, String serial, FlashWear wear);

    /** The firmware that was flashed last, by its SHA-256; empty where that is not known. */
    Optional<String> held(String serial);

    /** To be called before each attempt to flash: nobody knows what is there when it fails. */
    void forget(String serial);

    /** The board was flashed with that, and it was verified. */
    void hold(String serial, String firmwareSha256);

    /** How far the flash of its chip is worn; empty where no erase is known. */
    Optional<WornFlash> worn(String serial);
}
