// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.demo;

import dev.hilda.agent.process.WorkFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder with the files that the demo ships; gone when closed. */
public final class DemoFolder implements AutoCloseable {
    private final WorkFolder folder;

    private DemoFolder(WorkFolder folder) {
        this.folder = folder;
    }

    public static DemoFolder create() throws IOException {
        return new DemoFolder(WorkFolder.create("demo"));
    }

    public Path path() {
        return folder.path();
    }

    /**
     * Unpacks a shipped file.
     *
     * @param resource on the class path
     */
    public Path unpack(String resource) throws IOException {
        Path file = path().resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream content = DemoFolder.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IOException(resource + " is missing from the class path; build with ./hilda");
            }
            Files.copy(content, file);
        }
        return file;
    }

    /** What stays is the next start's to remove. */
    @Override
    public void close() {
        try {
            folder.close();
        } catch (IOException e) {
            // The demo has shown what it had to show.
        }
    }
}
