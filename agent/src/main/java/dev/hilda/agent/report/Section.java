// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

/** Parts of a night's page, in their order, after the {@link Sentence}. */
enum Section {
    ATTENTION("What needs a person", "Nothing does."),
    REGRESSIONS("Regressions", "None."),
    CHANGES("Changed since the baseline", "Nothing."),
    GRID("Models and boards", "Nothing was planned."),
    BOARDS("Boards", "None is known."),
    TREND("Thirty nights", "No night before.");

    private final String heading;
    private final String nothing;

    Section(String heading, String nothing) {
        this.heading = heading;
        this.nothing = nothing;
    }

    String heading() {
        return heading;
    }

    /** Instead of rows. */
    String nothing() {
        return nothing;
    }
}
