// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a network's C library calls its files and functions.
 *
 * @param prefix of its functions and files: a C identifier in lower case
 */
public record LibraryName(String prefix) {
    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    public LibraryName {
        if (!isValid(prefix)) {
            throw new IllegalArgumentException("not a name for a C library: " + prefix);
        }
    }

    /** Whether names of functions can begin with it. */
    public static boolean isValid(String prefix) {
        return VALID.matcher(prefix).matches();
    }

    /** Of a network: its own name, as far as C allows it. */
    public static LibraryName of(String network) {
        String identifier = CNames.identifier(network);
        if (identifier.isEmpty()) {
            return new LibraryName("model");
        }
        return new LibraryName(isValid(identifier) ? identifier : "model_" + identifier);
    }

    /** The build target, and what its files' names begin with: so none is a standard header or {@code main.c}. */
    public String target() {
        return prefix + "_network";
    }

    public String header() {
        return target() + ".h";
    }

    String source() {
        return target() + ".c";
    }

    String weightsHeader() {
        return prefix + "_weights.h";
    }

    String exampleHeader() {
        return prefix + "_example.h";
    }

    /** What the macros of an output begin with, behind the prefix. */
    String output(int index, int outputs) {
        return outputs == 1 ? "OUTPUT" : "OUTPUT" + index;
    }

    String upperCase() {
        return prefix.toUpperCase(Locale.ROOT);
    }
}
