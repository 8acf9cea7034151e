// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has run with a profile so far. Whoever claims silicon names the report that shows it.
 *
 * @param report where the report of a self-test on silicon is: a file or an address; with {@link Ground#SILICON} only
 */
public record Verification(Ground ground, Optional<String> report) {
    /** How {@link #parse} wants it, for messages. */
    static final String EXPECTED = "none, virtual, or silicon (REPORT) with the report of a board's self-test";

    private static final Pattern WRITTEN = Pattern.compile("(none|virtual)|silicon \\(([^()\\s][^()]*)\\)");

    /** What a profile was tried on. */
    public enum Ground implements Labelled {
        /** Data only: flashed only when the user insists. */
        NONE,
        /** The virtual board, which stands in for this chip. */
        VIRTUAL,
        SILICON
    }

    public Verification {
        Require.that(
                report.isPresent() == (ground == Ground.SILICON),
                "verification on silicon, and no other, names a report");
    }

    /** Reads what {@link #toString} writes. */
    static Optional<Verification> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Ground ground = matcher.group(1) == null
                ? Ground.SILICON
                : matcher.group(1).equals(Ground.NONE.label()) ? Ground.NONE : Ground.VIRTUAL;
        return Optional.of(new Verification(ground, Optional.ofNullable(matcher.group(2))));
    }

    /** As profiles write it. */
    @Override
    public String toString() {
        return ground.label() + report.map(name -> " (" + name + ")").orElse("");
    }
}
