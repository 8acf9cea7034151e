// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

/**
 * A stream of images that was interrupted and went on.
 *
 * @param image the first that had no answer yet, counted from 0
 * @param cause {@code host-pause}, {@code replug}, {@code hang} (the board had to be reset), {@code line} (it was not heard
 *     any more), or why it restarted, as {@code brown-out}
 * @param greeting what the board said when it was found again
 * @param sameRate whether the line runs as fast as before
 */
public record Resume(long image, String cause, Greeting greeting, boolean sameRate) {
    static final String HOST_PAUSE = "host-pause";
    static final String REPLUG = "replug";
    static final String HANG = "hang";
    static final String LINE = "line";

    /** Whether nothing but the line is to blame. */
    boolean isOfTheLine() {
        return cause.equals(LINE);
    }
}
