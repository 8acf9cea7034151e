// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Text of others (payloads, manifests, models) made fit for a terminal, which takes control characters (C0, DEL, C1) for
 * orders: to set the window's title, to overwrite lines, to type. They become backslash, u and four digits, which
 * in a JSON string means the same character.
 */
final class TerminalText {
    private TerminalText() {}

    /** Text of several lines: line feeds and tabs stay. */
    static String harmless(String text) {
        return escaped(text, c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    }

    /** Text that must not begin a line of its own. */
    static String oneLine(String text) {
        return escaped(text, Character::isISOControl);
    }

    private static String escaped(String text, IntPredicate isOrder) {
        if (text.chars().noneMatch(isOrder)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (isOrder.test(c)) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }
}
