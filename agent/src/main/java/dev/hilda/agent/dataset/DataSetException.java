package dev.hilda.agent.dataset;

/** A data set cannot be used. The message names the file and, where it applies, the key of its YAML. */
public final class DataSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String subject;
    private final String expected;
    private final String actual;
    private final String remedy;

    /**
     * @param file the YAML or the data file that is wrong
     * @param subject what in it, for example {@code key shape}
     */
    public DataSetException(String file, String subject, String expected, String actual, String remedy) {
        super(file + ": " + subject + "\n  expected: " + expected + "\n  got: " + actual + "\n  what to do: " + remedy);
        this.file = file;
        this.subject = subject;
        this.expected = expected;
        this.actual = actual;
        this.remedy = remedy;
    }

    public String file() {
        return file;
    }

    /** What in the file is wrong. */
    public String subject() {
        return subject;
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
