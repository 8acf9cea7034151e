// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

/**
 * Text from outside without what XML 1.0 forbids, no reader sees, or turns the order of what follows: each such character becomes
 * U+FFFD. Ends of lines become line feeds.
 */
final class Legible {
    private static final int REPLACEMENT = 0xFFFD;

    private Legible() {}

    static String of(String text) {
        StringBuilder legible = new StringBuilder(text.length());
        text.replace("\r\n", "\n")
                .replace('\r', '\n')
                .codePoints()
                .forEach(point -> legible.appendCodePoint(isLegible(point) ? point : REPLACEMENT));
        return legible.toString();
    }

    /** The same on one line. */
    static String line(String text) {
        return of(text).replaceAll("[\\s\\p{Z}]+", " ").strip();
    }

    /** The same on one line and no longer than that, with an ellipsis where it was. */
    static String line(String text, int most) {
        String line = line(text);
        if (line.length() <= most) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(most - 2)) ? most - 2 : most - 1;
        return line.substring(0, end) + "…";
    }

    private static boolean isLegible(int point) {
        if (point == '\n' || point == '\t') {
            return true;
        }
        int type = Character.getType(point);
        return type != Character.CONTROL && type != Character.SURROGATE && !isNone(point) && !isTurning(point);
    }

    /** No character, in any Unicode. */
    private static boolean isNone(int point) {
        return (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
    }

    private static boolean isTurning(int point) {
        return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    }
}
