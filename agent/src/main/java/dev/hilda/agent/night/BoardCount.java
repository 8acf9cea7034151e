// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import java.util.Optional;

/**
 * How many boards of a pool run a network.
 *
 * @param boards 0 for each board that is known, -1 for whichever is free
 */
public record BoardCount(int boards) {
    public static final BoardCount ANY = new BoardCount(-1);
    public static final BoardCount EACH = new BoardCount(0);

    /** What {@link #parse} reads. */
    public static final String EXPECTED = "any, each, or a number of boards from 1 to 64";

    private static final int MOST = 64;

    /** Reads {@code any}, {@code each} or a number; empty where it is something else. */
    public static Optional<BoardCount> parse(String text) {
        return switch (text) {
            case "any" -> Optional.of(ANY);
            case "each" -> Optional.of(EACH);
            default ->
                text.matches("[1-9][0-9]?") && Integer.parseInt(text) <= MOST
                        ? Optional.of(new BoardCount(Integer.parseInt(text)))
                        : Optional.empty();
        };
    }

    @Override
    public String toString() {
        return equals(ANY) ? "any" : equals(EACH) ? "each" : String.valueOf(boards);
    }
}
