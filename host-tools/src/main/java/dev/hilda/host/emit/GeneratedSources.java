// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Source files by their path relative to the firmware template, in the order of the paths.
 *
 * @param files path, with slashes, to text
 * @param layers by index of the layer: paths of the files that hold its code and constants
 */
public record GeneratedSources(Map<String, String> files, List<List<String>> layers) {
    public GeneratedSources {
        layers = layers.stream().map(List::copyOf).toList();
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * Text of one file.
     *
     * @throws IllegalArgumentException when there is no such file
     */
    public String text(String path) {
        String text = files.get(path);
        if (text == null) {
            throw new IllegalArgumentException("no generated file " + path + " among " + files.keySet());
        }
        return text;
    }

    /** Paths of the files to compile. */
    public List<String> compiled() {
        return files.keySet().stream()
                .filter(path -> path.endsWith(".c") || path.endsWith(".S"))
                .toList();
    }
}
