// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names in a folder, numbers in them in the order of their values. Hidden files and folders do not count.
 *
 * @param files regular ones
 */
record FolderListing(List<String> folders, List<String> files) {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final int LONGEST_NUMBER = 20;

    static FolderListing of(Path folder) {
        List<String> folders = new ArrayList<>();
        List<String> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.forEach(entry -> {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".") && Files.isDirectory(entry)) {
                    folders.add(name);
                } else if (!name.startsWith(".") && Files.isRegularFile(entry)) {
                    files.add(name);
                }
            });
        } catch (IOException unreadable) {
            throw new DataSetException(
                    folder.toString(), "data", "a folder that can be read", "none", "check the path and its rights");
        }
        folders.sort(byNumbers());
        files.sort(byNumbers());
        return new FolderListing(folders, files);
    }

    List<String> files(FileKind kind) {
        return files.stream().filter(kind::includes).toList();
    }

    private static Comparator<String> byNumbers() {
        return Comparator.comparing(FolderListing::withPaddedNumbers).thenComparing(name -> name);
    }

    private static String withPaddedNumbers(String name) {
        return DIGITS.matcher(name)
                .replaceAll(number ->
                        "0".repeat(Math.max(0, LONGEST_NUMBER - number.group().length())) + number.group());
    }
}
