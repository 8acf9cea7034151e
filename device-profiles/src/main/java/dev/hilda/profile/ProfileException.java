// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import dev.hilda.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A profile cannot be used. Carries everything that is wrong with it; the message lists it a line each. */
public final class ProfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** For a file with problems; at least one. */
    public ProfileException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** For what concerns no line of a file, such as a name that no profile has. */
    public ProfileException(String message) {
        super(message);
        this.problems = List.of();
    }

    public List<Problem> problems() {
        return problems;
    }
}
