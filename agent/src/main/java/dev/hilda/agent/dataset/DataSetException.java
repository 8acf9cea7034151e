// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.failure.ExplainedException;
import dev.hilda.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

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

    private DataSetException(String file, List<Problem> problems) {
        super(
                "dataset",
                file + ": " + problems.size() + " problems\n"
                        + problems.stream().map(DataSetException::line).collect(Collectors.joining("\n")),
                null,
                null,
                null,
                null);
        this.file = file;
        this.subject = problems.size() + " problems";
    }

    /** For everything that is wrong with a YAML file, at least one problem. */
    static DataSetException of(String file, List<Problem> problems) {
        if (problems.size() > 1) {
            return new DataSetException(file, problems);
        }
        Problem only = problems.get(0);
        String subject = "key " + only.subject() + ", line " + only.line();
        return new DataSetException(file, subject, only.expected(), only.got(), only.remedy());
    }

    private static String line(Problem problem) {
        return "  line " + problem.line() + ": key " + problem.subject() + ": expected " + problem.expected() + ", got "
                + problem.got() + "; " + problem.remedy();
    }

    public String file() {
        return file;
    }

    /** What in the file is wrong. */
    public String subject() {
        return subject;
    }
}
