package dev.hilda.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** Collects the problems of one file and remembers on which line each entry stands. */
final class ProblemLog {
    private final String file;
    private final int lineCount;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    ProblemLog(String file, String text) {
        this.file = file;
        this.lineCount = Math.max(1, (int) text.lines().count());
    }

    void locate(String path, Node node) {
        lines.put(path, line(node.getStartMark()));
    }

    void add(Node node, String subject, String expected, String got, String remedy) {
        add(line(node.getStartMark()), subject, expected, got, remedy);
    }

    void add(int line, String subject, String expected, String got, String remedy) {
        int inFile = Math.min(Math.max(line, 1), lineCount);
        problems.add(new Problem(file, inFile, subject, expected, got, remedy));
    }

    /** Adds a broken rule at the line of its entry, or of the nearest enclosing entry that is in the file. */
    void add(ProfileChecks.Finding finding) {
        String path = finding.path();
        while (!lines.containsKey(path) && path.contains(".")) {
            path = path.substring(0, path.lastIndexOf('.'));
        }
        add(lines.getOrDefault(path, 1), finding.path(), finding.expected(), finding.got(), finding.remedy());
    }

    int count() {
        return problems.size();
    }

    /** The problems in the order of the file. */
    List<Problem> sorted() {
        return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** SnakeYAML counts lines from 0; the mark of an unexpected end lies behind the last line. */
    static int line(Mark mark) {
        return mark.getLine() + 1;
    }
}
