// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import dev.hilda.yaml.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The profiles there are: those shipped on the class path under {@code boards/}, then the user's, in
 * {@code $XDG_CONFIG_HOME/hilda/boards} (default {@code ~/.config}). A user's file may not take a shipped name.
 */
public final class ProfileCatalog {
    private static final String RESOURCE_FOLDER = "boards/";
    private static final String SUFFIX = ".yaml";
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final Path userFolder;

    /** A catalog whose user profiles are the {@code *.yaml} files of {@code userFolder}, which need not exist. */
    public ProfileCatalog(Path userFolder) {
        this.userFolder = userFolder;
    }

    /** The catalog of this user. */
    public static ProfileCatalog ofUser(Map<String, String> environment) {
        return new ProfileCatalog(UserFolders.of(environment).config().resolve("boards"));
    }

    /**
     * All profiles by name, and the problems of those that cannot be used.
     *
     * @param broken one exception for each unusable file
     */
    public record Listing(List<BoardProfile> profiles, List<ProfileException> broken) {
        public Listing {
            profiles = List.copyOf(profiles);
            broken = List.copyOf(broken);
        }
    }

    public Listing list() {
        List<BoardProfile> profiles = new ArrayList<>();
        List<ProfileException> broken = new ArrayList<>();
        for (Source source : sources().values()) {
            try {
                profiles.add(source.load());
            } catch (ProfileException problem) {
                broken.add(problem);
            }
        }
        return new Listing(profiles, broken);
    }

    /**
     * The profile of that name.
     *
     * @throws ProfileException if there is none or it cannot be used
     */
    public BoardProfile load(String name) {
        Map<String, Source> sources = sources();
        Source source = sources.get(name);
        if (source == null) {
            throw new ProfileException("no profile is called \"" + name + "\"\n  there are: "
                    + String.join(", ", sources.keySet()) + "\n  what to do: name one of them, or add " + userFolder
                    + "/" + name + SUFFIX);
        }
        return source.load();
    }

    /**
     * Reads one file that need not be in the catalog.
     *
     * @throws ProfileException if it cannot be read or used
     */
    public static BoardProfile loadFile(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // Opening a pipe that nobody writes to would wait for ever.
            throw new ProfileException(
                    "cannot read the profile " + file + ": it is a folder, a pipe or a device, not a file");
        }
        byte[] content;
        try (InputStream stream = Files.newInputStream(file)) {
            content = stream.readNBytes(MAX_FILE_BYTES + 1);
            if (content.length > MAX_FILE_BYTES) {
                throw new IOException("it has more than " + MAX_FILE_BYTES + " bytes");
            }
        } catch (IOException unreadable) {
            String reason = Files.exists(file) ? String.valueOf(unreadable.getMessage()) : "there is no such file";
            throw new ProfileException("cannot read the profile " + file + ": " + reason);
        }
        return ProfileLoader.load(file.toString(), content);
    }

    private interface Source {
        BoardProfile load();
    }

    private Map<String, Source> sources() {
        Map<String, Source> sources = new TreeMap<>();
        for (String fileName : shippedFiles()) {
            sources.put(profileName(fileName), () -> loadShipped(fileName));
        }
        for (Path file : userFiles()) {
            String name = profileName(file.getFileName().toString());
            if (sources.containsKey(name)) {
                Problem clash = new Problem(
                        file.toString(), 1, "name", "a name of its own", "that of a shipped profile", "rename it");
                sources.put(file.toString(), () -> {
                    throw new ProfileException(List.of(clash));
                });
            } else {
                sources.put(name, () -> loadFile(file));
            }
        }
        return sources;
    }

    private static String profileName(String fileName) {
        return fileName.substring(0, fileName.length() - SUFFIX.length());
    }

    private List<Path> userFiles() {
        if (!Files.isDirectory(userFolder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(userFolder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new ProfileException("cannot read the profile folder " + userFolder + ": " + unreadable.getMessage());
        }
    }

    private static List<String> shippedFiles() {
        return new String(resource("FILES"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.endsWith(SUFFIX))
                .toList();
    }

    private static BoardProfile loadShipped(String fileName) {
        return ProfileLoader.load(RESOURCE_FOLDER + fileName, resource(fileName));
    }

    private static byte[] resource(String fileName) {
        String path = RESOURCE_FOLDER + fileName;
        try (InputStream stream = ProfileCatalog.class.getClassLoader().getResourceAsStream(path)) {
            if (stream == null) {
                throw new ProfileException(path + " is missing from the class path; build with ./hilda");
            }
            return stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new ProfileException("cannot read " + path + ": " + unreadable.getMessage());
        }
    }
}
