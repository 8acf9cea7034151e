// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands between a line that begins and one that ends it, each with a label, in PEM (RFC 7468). */
final class Pem {
    static final String PUBLIC = "PUBLIC KEY";
    static final String PRIVATE = "PRIVATE KEY";

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final int LINE = 64;

    private Pem() {}

    static String text(String label, byte[] content) {
        String lines = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /**
     * What the one block of a text holds. What others write before and after it is not read.
     *
     * @throws IllegalArgumentException when there is none or another, with a message that says so but never shows content
     */
    static byte[] content(String text, String label) {
        List<String> lines = text.lines().map(String::strip).toList();
        List<String> labels = lines.stream()
                .map(BEGIN::matcher)
                .filter(Matcher::matches)
                .map(begin -> begin.group(1))
                .toList();
        if (!labels.equals(List.of(label))) {
            throw new IllegalArgumentException(
                    "expected one " + label + " in PEM, got " + (labels.isEmpty() ? "none" : labels.toString()));
        }
        int begin = lines.indexOf("-----BEGIN " + label + "-----");
        int end = lines.indexOf("-----END " + label + "-----");
        if (end < begin) {
            throw new IllegalArgumentException("expected one " + label + " in PEM, got one without its end");
        }
        try {
            return Base64.getDecoder().decode(String.join("", lines.subList(begin + 1, end)));
        } catch (IllegalArgumentException e) {
            // Without its cause, whose message shows a character of what may be a secret.
            throw new IllegalArgumentException("expected one " + label + " in PEM, got other characters than Base64's");
        }
    }
}
