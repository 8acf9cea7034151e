// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

/**
 * How a cell is told without colours.
 *
 * @param sign one character
 * @param tone what colour says the same
 */
public record CellSign(String sign, String word, Tone tone) {
    /** What to feel about it, the gravest last. */
    public enum Tone {
        /** Nothing is told. */
        QUIET,
        GOOD,
        /** Somebody has to look, though the network is not worse. */
        WARNING,
        BAD
    }

    public static CellSign of(CellState state) {
        return switch (state) {
            case EQUAL -> new CellSign("=", "equal", Tone.GOOD);
            case BETTER -> new CellSign("▲", "better", Tone.GOOD);
            case WORSE -> new CellSign("▼", "worse", Tone.BAD);
            case UNSHOWN -> new CellSign("~", "not shown", Tone.WARNING);
            case OPEN -> new CellSign("?", "open", Tone.WARNING);
            case NOT_COMPARABLE -> new CellSign("≠", "not comparable", Tone.QUIET);
            case FAULT -> new CellSign("!", "fault", Tone.BAD);
            case MISSING -> new CellSign("–", "missing", Tone.BAD);
            case NO_BASELINE -> new CellSign("○", "no baseline", Tone.QUIET);
        };
    }

    @Override
    public String toString() {
        return sign + " " + word;
    }
}
