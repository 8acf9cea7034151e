package dev.hilda.agent.process;

import dev.hilda.agent.folder.RuntimeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which programs this user's JVMs have started, a file for each: what a JVM left running that was killed itself, the next one
 * ends. A process is known by its id and its start, since ids are used again.
 */
final class ChildRecords {
    /** Field 22 of proc(5)'s stat; counted behind the name, which may contain anything and ends at the last parenthesis. */
    private static final int START_FIELD = 19;

    private static final int FIELDS = 4;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path folder;

    /** @param folder of the records; need not exist */
    ChildRecords(Path folder) {
        this.folder = folder;
    }

    static ChildRecords ofThisUser() {
        return new ChildRecords(RuntimeFolder.ofThisUser().resolve("children"));
    }

    /** Notes a child of this JVM. Without a note, as on a full disk, it runs all the same. */
    void add(long pid) {
        Optional<String> child = identity(pid);
        Optional<String> parent = identity(ProcessHandle.current().pid());
        if (child.isEmpty() || parent.isEmpty()) {
            return;
        }
        try {
            // Whatever this process's umask leaves to others would make the records worthless.
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            if (RuntimeFolder.distrust(folder).isEmpty()) {
                Files.deleteIfExists(file(pid)); // Of an earlier process with this id.
                Files.writeString(file(pid), child.get() + " " + parent.get(), StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException unwritable) {
            // Only a later start, after this JVM was killed, would miss it.
        }
    }

    void remove(long pid) {
        try {
            Files.deleteIfExists(file(pid));
        } catch (IOException stays) {
            // The process has ended: whoever reads the record finds nothing to end.
        }
    }

    /**
     * Ends the children whose JVM is gone.
     *
     * @return their process ids
     */
    List<Long> endOrphans() {
        List<Long> ended = new ArrayList<>();
        if (RuntimeFolder.distrust(folder).isPresent()) {
            return ended;
        }
        for (Path file : files()) {
            try {
                endOrphan(file).ifPresent(ended::add);
            } catch (IOException | NumberFormatException unreadable) {
                // Another JVM has just removed it, or it is none of ours.
            }
        }
        return ended;
    }

    private Optional<Long> endOrphan(Path file) throws IOException {
        String[] fields = Files.readString(file).split(" ", -1);
        if (fields.length != FIELDS || runs(fields[2], fields[3])) {
            return Optional.empty();
        }
        Optional<Long> ended = Optional.empty();
        if (runs(fields[0], fields[1])) {
            long pid = Long.parseLong(fields[0]);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            ended = Optional.of(pid);
        }
        Files.deleteIfExists(file);
        return ended;
    }

    private static boolean runs(String pid, String start) {
        return identity(Long.parseLong(pid)).equals(Optional.of(pid + " " + start));
    }

    /** Id and start of a process, in clock ticks since the machine's start; empty where there is none. */
    private static Optional<String> identity(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(pid + " " + fields[START_FIELD]);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException absent) {
            return List.of();
        }
    }

    private Path file(long pid) {
        return folder.resolve(String.valueOf(pid));
    }
}
