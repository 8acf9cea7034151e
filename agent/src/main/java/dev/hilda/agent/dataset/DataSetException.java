package dev.hilda.agent.dataset;

import dev.hilda.failure.ExplainedException;

/** A data set cannot be used. The message names the file and, where it applies, the key of its YAML. */
public final class DataSetException extends ExplainedException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String subject;

    /**
     * @param file the YAML or the data file that is wrong
     * @param subject what in it, for example {@code key shape}
     */
    public DataSetException(String file, String subject, String expected, String actual, String remedy) {
        super("dataset", file + ": " + subject, expected, actual, remedy, null);
        this.file = file;
        this.subject = subject;
    }

    public String file() {
        return file;
    }

    /** What in the file is wrong. */
    public String subject() {
        return subject;
    }
}
