// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

/** Text in GitHub's Markdown, inside of a line or of a table: it stays text, links nowhere and calls nobody. */
final class MarkdownText {
    private static final String ESCAPED = "\\`*_[]<>|~&$#{}";

    /** Parts words that GitHub and others make links or mentions of. */
    private static final String NO_SPACE = "&#8203;";

    private MarkdownText() {}

    static String of(String line) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < line.length(); index++) {
            char character = line.charAt(index);
            if (ESCAPED.indexOf(character) >= 0) {
                text.append('\\');
            }
            text.append(character);
            boolean isWww = line.regionMatches(true, index - 2, "www.", 0, 4);
            boolean isScheme = line.startsWith("://", index);
            if (character == '@' || character == '#' || isScheme || isWww) {
                text.append(NO_SPACE);
            }
        }
        return text.toString();
    }

    /** To be copied as it is. */
    static String code(String line) {
        if (line.chars().noneMatch(character -> "`|\\".indexOf(character) >= 0)) {
            return "`" + line + "`";
        }
        // Neither of them can be written between backticks in a table.
        StringBuilder text = new StringBuilder("<code>");
        line.chars().forEach(character -> {
            if (character > ' ' && character < 0x7F && !Character.isLetterOrDigit(character)) {
                text.append("&#").append(character).append(';');
            } else {
                text.append((char) character);
            }
        });
        return text.append("</code>").toString();
    }
}
