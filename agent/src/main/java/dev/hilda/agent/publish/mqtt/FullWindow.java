// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import java.time.Duration;
import java.util.Optional;

/**
 * Waits where too much is under way. Paho counts a publication as under way until a thread of its own comes to it, a while
 * after its acknowledgement was awaited: on a busy host even one that publishes one after the other fills the window.
 */
final class FullWindow {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private FullWindow() {}

    /** A publication that begins. */
    @FunctionalInterface
    interface Attempt<T, E extends Exception> {
        /** Empty while the window is full. */
        Optional<T> begin() throws E;
    }

    /** What has begun; empty where the window stays full, or the thread is interrupted. */
    static <T, E extends Exception> Optional<T> await(Attempt<T, E> attempt, Duration patience) throws E {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<T> begun = attempt.begin();
        while (begun.isEmpty() && System.nanoTime() < deadline && pause()) {
            begun = attempt.begin();
        }
        return begun;
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
