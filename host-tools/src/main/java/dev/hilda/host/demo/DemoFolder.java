// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.demo;

import dev.hilda.agent.process.WorkFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The folder with the files of a demo: a temporary one, gone when closed, or one that the user keeps. */
public final class DemoFolder implements AutoCloseable {
    private final Path path;
    private final Optional<WorkFolder> temporary;

    private DemoFolder(Path path, Optional<WorkFolder> temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    public static DemoFolder create() throws IOException {
        WorkFolder folder = WorkFolder.create("demo");
        return new DemoFolder(folder.path(), Optional.of(folder));
    }

    /** One that stays, made where there is none; files of an earlier demo are replaced. */
    public static DemoFolder kept(Path path) throws IOException {
        return new DemoFolder(Files.createDirectories(path), Optional.empty());
    }

    public Path path() {
        return path;
    }

    /**
     * Unpacks a shipped file.
     *
     * @param resource on the class path
     * @return its name in the folder
     */
    public String unpack(String resource) throws IOException {
        String name = resource.substring(resource.lastIndexOf('/') + 1);
        try (InputStream content = DemoFolder.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IOException(resource + " is missing from the class path; build with ./hilda");
            }
            Files.copy(content, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        return name;
    }

    /** Writes the script that does again what the demo does. */
    public void keep(DemoScript script) throws IOException {
        if (temporary.isEmpty()) {
            Files.writeString(path.resolve(DemoScript.NAME), script.text());
        }
    }

    /** What stays of a temporary folder is the next start's to remove. */
    @Override
    public void close() {
        try {
            if (temporary.isPresent()) {
                temporary.get().close();
            }
        } catch (IOException e) {
            // The demo has shown what it had to show.
        }
    }
}
