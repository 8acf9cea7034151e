// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.time.Duration;

/**
 * How long a session waits.
 *
 * @param hello for the firmware to say hello
 * @param answer for an answer to begin, or to go on, and for room on the line
 * @param inference for the answer to one image, from a board that shows life meanwhile
 */
public record SessionPatience(Duration hello, Duration answer, Duration inference) {
    public static final SessionPatience STANDARD = new SessionPatience(Duration.ofSeconds(10), Duration.ofSeconds(10));

    /** With ten minutes for each image: a virtual board can be a hundred times slower than silicon. */
    public SessionPatience(Duration hello, Duration answer) {
        this(hello, answer, Duration.ofMinutes(10));
    }
}
