// SPDX-License-Identifier: Apache-2.0
package dev.hilda.failure;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something failed that a user can do something about: of what kind it is, what was expected, what came, and what to do. The
 * message has all of it, a line each.
 */
public abstract class ExplainedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String kindLabel;
    private final @Nullable String expected;
    private final @Nullable String actual;
    private final @Nullable String remedy;

    /**
     * @param kindLabel as results show it; decides the exit code
     * @param what failed, for the message's first line
     * @param remedy the one thing to do next, as a command where there is one
     */
    protected ExplainedException(
            String kindLabel,
            String what,
            @Nullable String expected,
            @Nullable String actual,
            @Nullable String remedy,
            @Nullable Throwable cause) {
        super(message(kindLabel + ": " + what, expected, actual, remedy), cause);
        this.kindLabel = kindLabel;
        this.expected = expected;
        this.actual = actual;
        this.remedy = remedy;
    }

    public final String kindLabel() {
        return kindLabel;
    }

    public final Optional<String> expected() {
        return Optional.ofNullable(expected);
    }

    public final Optional<String> actual() {
        return Optional.ofNullable(actual);
    }

    public final Optional<String> remedy() {
        return Optional.ofNullable(remedy);
    }

    private static String message(
            String headline, @Nullable String expected, @Nullable String actual, @Nullable String remedy) {
        return headline + line("expected", expected) + line("got", actual) + line("what to do", remedy);
    }

    private static String line(String label, @Nullable String value) {
        return value == null ? "" : "\n  " + label + ": " + value.strip().replace("\n", "\n    ");
    }
}
