// SPDX-License-Identifier: Apache-2.0
package dev.hilda.yaml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** Collects the problems of one document and remembers on which line each entry stands. */
public final class ProblemLog {
    private final String file;
    private final String what;
    private final int lineCount;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    /**
     * @param file as messages name it
     * @param what the document is, for problems of no entry in it
     */
    public ProblemLog(String file, String what, byte[] content) {
        this.file = file;
        this.what = what;
        this.lineCount = Math.max(
                1, (int) new String(content, StandardCharsets.UTF_8).lines().count());
    }

    /** How problems name the document as a whole. */
    String what() {
        return what;
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

    /**
     * Adds a broken rule at the line of its entry, or of the nearest enclosing entry that is in the document.
     *
     * @param path for example {@code usart.baud_ladder}
     */
    public void addAt(String path, String expected, String got, String remedy) {
        add(lineOf(path), path, expected, got, remedy);
    }

    /** The line of an entry, or of the nearest enclosing one that is in the document. */
    public int lineOf(String path) {
        String located = path;
        while (!lines.containsKey(located) && located.contains(".")) {
            located = located.substring(0, located.lastIndexOf('.'));
        }
        return lines.getOrDefault(located, 1);
    }

    public int count() {
        return problems.size();
    }

    /** The problems in the order of the document. */
    public List<Problem> sorted() {
        return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** SnakeYAML counts lines from 0; the mark of an unexpected end lies behind the last line. */
    static int line(Mark mark) {
        return mark.getLine() + 1;
    }
}
