// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.Locale;

/** Armv7E-M instructions as lines of an {@code __asm__} statement. */
final class Instructions {
    private final StringBuilder text = new StringBuilder();

    void add(String instruction, Object... operands) {
        line("    " + String.format(Locale.ROOT, instruction, operands));
    }

    /** A local one, of digits. */
    void label(String name) {
        line(name + ":");
    }

    void addConstant(String register, int value) {
        add("movw %s, #%d", register, value & 0xFFFF);
        if (value >>> Short.SIZE != 0) {
            add("movt %s, #%d", register, value >>> Short.SIZE);
        }
    }

    String text() {
        return text.toString();
    }

    private void line(String line) {
        text.append("        \"").append(line).append("\\n\"\n");
    }
}
