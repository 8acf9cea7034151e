// SPDX-License-Identifier: Apache-2.0
package dev.hilda.yaml;

/**
 * One thing wrong with a document.
 *
 * @param file as the user named it
 * @param line 1-based, within the file
 * @param subject which entry, for example {@code usart.default_baud}
 */
public record Problem(String file, int line, String subject, String expected, String got, String remedy) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + subject + ": expected " + expected + ", got " + got + "; " + remedy;
    }
}
