// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

/** Something in a file that cannot be imported, before it is known where in which file. */
public final class ImportProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final String DAMAGED = "get the file again: it is damaged or is of another format";

    /** A file can have a thousand numbers where one is expected. */
    private static final int MOST_CHARACTERS = 300;

    private final String expected;
    private final String actual;
    private final String remedy;

    public ImportProblem(String expected, String actual, String remedy) {
        super("expected " + expected + ", got " + shortened(actual));
        this.expected = expected;
        this.actual = shortened(actual);
        this.remedy = remedy;
    }

    private static String shortened(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
    }

    /** A file that breaks the rules of its format. */
    public static ImportProblem damaged(String expected, Object actual) {
        return new ImportProblem(expected, String.valueOf(actual), DAMAGED);
    }

    /** Of a damaged file, where no check of ours was first: a number out of range, or a part that is not there. */
    public static ImportProblem unforeseen(RuntimeException thrown) {
        return damaged("numbers and parts as the format has them", String.valueOf(thrown.getMessage()));
    }

    /** Throws unless a rule of the format holds. */
    public static void requireIntact(boolean intact, String expected, Object actual) {
        if (!intact) {
            throw damaged(expected, actual);
        }
    }

    /** Whether the file breaks the rules of its format, so that nothing else in it can be relied on. */
    public boolean isDamage() {
        return remedy.equals(DAMAGED);
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }

    public String remedy() {
        return remedy;
    }
}
