// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.result.BenchSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Reads what the build wrote down of itself. */
public final class VersionResource implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"hilda " + version()};
    }

    /** For example {@code 0.1.0}. */
    public static String version() {
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

    /** The commit of the source, with {@code -dirty} behind it where files differ; unknown for source without a history. */
    public static String commit() {
        try (InputStream stream = VersionResource.class.getResourceAsStream("commit.txt")) {
            return stream == null
                    ? BenchSetup.UNKNOWN
                    : new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
