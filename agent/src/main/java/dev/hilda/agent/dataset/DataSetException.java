// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.failure.ExplainedException;
import dev.hilda.yaml.Problem;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A data set cannot be used. The message names the file and, where it applies, the key of its YAML. */
public final class DataSetException extends ExplainedException {
    private static final long serialVersionUID = 1L;

    /** More than a person reads. */
    private static final int MOST_SHOWN = 20;

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

    private DataSetException(String file, int problems, String text, @Nullable String remedy) {
        super("dataset", file + ": " + count(problems) + text, null, null, remedy, null);
        this.file = file;
        this.subject = count(problems);
    }

    private static String count(int problems) {
        return problems == 1 ? "1 problem" : problems + " problems";
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

    /** For lines of a text file that are wrong, at least one. */
    static DataSetException ofLines(String file, List<Problem> problems, String remedy) {
        return several(
                file,
                problems,
                problem -> "line " + problem.line() + ", " + problem.subject() + ": expected " + problem.expected()
                        + ", got " + problem.got(),
                remedy);
    }

    /** For entries of a folder that are wrong, at least one. */
    static DataSetException ofEntries(String folder, List<Problem> problems) {
        return several(
                folder,
                problems,
                problem -> problem.subject() + ": expected " + problem.expected() + ", got " + problem.got() + "; "
                        + problem.remedy(),
                null);
    }

    private static DataSetException several(
            String file, List<Problem> problems, Function<Problem, String> text, @Nullable String remedy) {
        Stream<String> shown = problems.stream().limit(MOST_SHOWN).map(text);
        Stream<String> rest = problems.size() > MOST_SHOWN
                ? Stream.of("and " + (problems.size() - MOST_SHOWN) + " more")
                : Stream.of();
        return new DataSetException(
                file,
                problems.size(),
                Stream.concat(shown, rest).collect(Collectors.joining("\n  ", "\n  ", "")),
                remedy);
    }

    private static String line(Problem problem) {
        return "  line " + problem.line() + ": key " + problem.subject() + ": expected " + problem.expected() + ", got "
                + problem.got() + "; " + problem.remedy();
    }

    /** The message without its kind, on one line. */
    String oneLine() {
        String what = file + ": " + subject;
        return what
                + expected().map(text -> ": expected " + text).orElse("")
                + actual().map(text -> ", got " + text).orElse("")
                + remedy().map(text -> "; " + text).orElse("");
    }

    public String file() {
        return file;
    }

    /** What in the file is wrong. */
    public String subject() {
        return subject;
    }
}
