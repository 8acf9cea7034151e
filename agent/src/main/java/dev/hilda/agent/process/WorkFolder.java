// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import dev.hilda.agent.folder.RuntimeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of this user's alone among the temporary ones, gone when it is closed and at the end of this JVM. Its name tells
 * whose it is, so that what a killed JVM left can be removed: {@code hilda-flash-PID-START-RANDOM}.
 */
public final class WorkFolder implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("hilda-[a-z]+-(\\d+)-(\\d+)-\\d+");

    private final Path path;
    private final AtExit.Registration removal;

    private WorkFolder(Path path) {
        this.path = path;
        this.removal = AtExit.ofThisJvm().register(this::removeQuietly);
    }

    /**
     * Makes a folder.
     *
     * @param purpose what it is for, one word of small letters
     */
    public static WorkFolder create(String purpose) throws IOException {
        return new WorkFolder(Files.createTempDirectory(beginning(purpose)));
    }

    /** Makes one elsewhere than among the temporary ones. */
    public static WorkFolder create(Path parent, String purpose) throws IOException {
        return new WorkFolder(Files.createTempDirectory(parent, beginning(purpose)));
    }

    private static String beginning(String purpose) throws IOException {
        ProcessIdentity owner =
                ProcessIdentity.ofThisJvm().orElseThrow(() -> new IOException("no /proc on this machine"));
        return "hilda-" + purpose + "-" + owner.pid() + "-" + owner.start() + "-";
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (removal.withdraw()) {
            remove(path);
        }
    }

    private void removeQuietly() {
        try {
            remove(path);
        } catch (IOException e) {
            // Nobody is left to be told; the folder lies among the temporary ones.
        }
    }

    /**
     * Removes what killed JVMs of this user left.
     *
     * @param temporary where the folders are made
     */
    public static void removeLeft(Path temporary) {
        for (Path folder : folders(temporary)) {
            try {
                if (isOfThisUser(folder)) {
                    remove(folder);
                }
            } catch (IOException e) {
                // Another program removes it at this moment; else the next start tries again.
            }
        }
    }

    private static List<Path> folders(Path temporary) {
        try (Stream<Path> all = Files.list(temporary)) {
            return all.filter(WorkFolder::isLeft).toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static boolean isLeft(Path folder) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        return name.matches() && !new ProcessIdentity(name.group(1), name.group(2)).runs();
    }

    /** Among the temporary files anybody can make one of that name. */
    private static boolean isOfThisUser(Path folder) throws IOException {
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner.equals(RuntimeFolder.userId()) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
