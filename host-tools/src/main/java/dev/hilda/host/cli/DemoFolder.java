package dev.hilda.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder with the files that the demo ships; gone when closed. */
final class DemoFolder implements AutoCloseable {
    private final Path path;
    private final Thread onSignal = new Thread(this::remove, "remove-demo-folder");

    private DemoFolder(Path path) {
        this.path = path;
    }

    static DemoFolder create() throws IOException {
        DemoFolder folder = new DemoFolder(Files.createTempDirectory("hilda-demo"));
        Runtime.getRuntime().addShutdownHook(folder.onSignal);
        return folder;
    }

    Path path() {
        return path;
    }

    /**
     * Unpacks a shipped file.
     *
     * @param resource on the class path
     */
    Path unpack(String resource) throws IOException {
        Path file = path.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream content = DemoFolder.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IOException(resource + " is missing from the class path; build with ./hilda");
            }
            Files.copy(content, file);
        }
        return file;
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The program is ending; the hook finds nothing left to remove.
        }
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A temporary file that stays is the system's to remove.
        }
    }
}
