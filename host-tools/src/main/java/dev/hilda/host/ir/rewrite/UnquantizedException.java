// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

/** Real numbers in a graph where integers need codes. */
public final class UnquantizedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String expected;
    private final String actual;

    UnquantizedException(String expected, String actual) {
        super("expected " + expected + ", got " + actual);
        this.expected = expected;
        this.actual = actual;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
