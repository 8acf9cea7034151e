package dev.hilda.agent.session;

import java.time.Duration;

/**
 * How long a session waits.
 *
 * @param hello for the firmware to say hello
 * @param answer for an answer to begin, or to go on
 */
public record SessionPatience(Duration hello, Duration answer) {
    public static final SessionPatience STANDARD = new SessionPatience(Duration.ofSeconds(10), Duration.ofSeconds(10));
}
