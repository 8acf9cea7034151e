// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.yaml.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Samples in a folder per class. One of each class in turn, then the next of each, so that the first samples of a set are
 * of all classes.
 */
final class ClassFolders {
    private final Path data;
    private final List<String> classes;
    private final FileKind kind;
    private final List<Problem> problems = new ArrayList<>();

    private ClassFolders(Path data, List<String> classes, FileKind kind) {
        this.data = data;
        this.classes = classes;
        this.kind = kind;
    }

    /**
     * The files of all classes.
     *
     * @param classes names of the folders, in the order of their labels
     * @throws DataSetException with every folder that is missing, empty or of no class
     */
    static LabelTable read(Path data, List<String> classes, FileKind kind) {
        return new ClassFolders(data, classes, kind).read();
    }

    private LabelTable read() {
        TreeSet<String> others = new TreeSet<>(FolderListing.of(data).folders());
        List<List<String>> filesOfClasses = new ArrayList<>();
        for (String name : classes) {
            filesOfClasses.add(others.remove(name) ? filesOf(name) : missing(name));
        }
        others.forEach(name -> add(name, "a class of the key classes", "none of that name", "add it there"));
        for (String file : FolderListing.of(data).files(kind)) {
            add(file, "every sample in the folder of its class", "one beside the folders", "move it");
        }
        if (!problems.isEmpty()) {
            throw DataSetException.ofEntries(data.toString(), problems);
        }
        return inTurn(filesOfClasses);
    }

    private List<String> filesOf(String name) {
        List<String> files = FolderListing.of(data.resolve(name)).files(kind);
        if (files.isEmpty()) {
            add(name, "a folder with files " + kind.shown(), "none", "take the class out, or put some there");
        }
        return files.stream().map(file -> name + "/" + file).toList();
    }

    private List<String> missing(String name) {
        add(name, "a folder for each class", "none of that name", "make it, or take it out of the key classes");
        return List.of();
    }

    private void add(String subject, String expected, String got, String remedy) {
        problems.add(new Problem(data.toString(), 1, subject, expected, got, remedy));
    }

    private static LabelTable inTurn(List<List<String>> filesOfClasses) {
        List<String> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        int longest = filesOfClasses.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (int label = 0; label < filesOfClasses.size(); label++) {
                if (turn < filesOfClasses.get(label).size()) {
                    files.add(filesOfClasses.get(label).get(turn));
                    labels.add(label);
                }
            }
        }
        return new LabelTable(files, labels);
    }
}
