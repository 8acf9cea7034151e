// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A folder on the class path that lists its own content in a file {@code FILES}, one relative path a line, sorted; so
 * no jar has to be walked.
 */
public final class ResourceTree {
    private static final String LISTING = "FILES";

    private final Map<String, byte[]> files;

    private ResourceTree(Map<String, byte[]> files) {
        this.files = files;
    }

    /**
     * Reads a tree.
     *
     * @param folder its name on the class path, for example {@code virtual-board}
     */
    public static ResourceTree read(String folder) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        String listing = new String(content(folder + "/" + LISTING), StandardCharsets.UTF_8);
        listing.lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(name -> files.put(name, content(folder + "/" + name)));
        return new ResourceTree(files);
    }

    /**
     * Content of a file, as UTF-8.
     *
     * @throws IllegalArgumentException when the tree has no such file
     */
    public String text(String name) {
        byte[] content = files.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no file " + name + " among " + files.keySet());
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    /** Adds every name and content to a hash. */
    public void addTo(ContentHash hash) {
        files.forEach((name, content) -> hash.add(name).add(content));
    }

    /** Writes every file below a folder. */
    public void unpack(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey()).normalize();
            if (!target.startsWith(folder)) {
                throw new IOException("a resource outside its folder: " + file.getKey());
            }
            Files.createDirectories(target.resolveSibling(""));
            Files.write(target, file.getValue());
        }
    }

    private static byte[] content(String resource) {
        try (InputStream stream = ResourceTree.class.getResourceAsStream("/" + resource)) {
            if (stream == null) {
                throw new IllegalStateException("missing on the class path: " + resource);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + resource, e);
        }
    }
}
