package dev.hilda.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote into {@code version.properties}. */
final class VersionResource implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"hilda " + version()};
    }

    /** For example {@code 0.1.0}. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream stream = VersionResource.class.getResourceAsStream("version.properties")) {
            if (stream == null) {
                throw new IOException("version.properties is missing from the class path; build with ./hilda");
            }
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
