// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import dev.hilda.failure.ExplainedException;
import java.nio.file.Path;

/** A model file that cannot be imported: where in which file, what was expected, what is there, and what to do. */
public final class ModelException extends ExplainedException {
    private static final long serialVersionUID = 1;

    private final String attempted;

    /**
     * @param where in the file, for example {@code node 3 (CONV_2D "conv1")}; empty for the file as a whole
     * @param remedy the one thing to do next
     */
    public ModelException(Path file, String where, String expected, String actual, String remedy) {
        super("model", "could not " + attempted(file, where), expected, actual, remedy, null);
        this.attempted = attempted(file, where);
    }

    private static String attempted(Path file, String where) {
        return "import " + file + (where.isEmpty() ? "" : ", " + where);
    }

    /** As a verb phrase with the file and the place in it. */
    public String attempted() {
        return attempted;
    }
}
