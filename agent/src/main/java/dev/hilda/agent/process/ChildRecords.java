// SPDX-License-Identifier: Apache-2.0
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which programs this user's JVMs have started, a file for each: what a JVM left running that was killed itself, the next one
 * ends.
 */
public final class ChildRecords {
    private static final Pattern RECORD = Pattern.compile("(\\d+) (\\d+) (\\d+) (\\d+)");

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private static final int MAX_END_SECONDS = 2;

    private static volatile Optional<ChildRecords> ofThisJvm = Optional.empty();

    private final Path folder;

    /** @param folder of the records; need not exist */
    public ChildRecords(Path folder) {
        this.folder = folder;
    }

    /** In the run-time folder that the environment means. */
    public static ChildRecords of(Map<String, String> environment) {
        return new ChildRecords(RuntimeFolder.of(environment).resolve("children"));
    }

    /** From now on, what this JVM starts is noted here until it ends, whichever of its parts starts it. */
    public void useForThisJvm() {
        ofThisJvm = Optional.of(this);
    }

    static Optional<ChildRecords> ofThisJvm() {
        return ofThisJvm;
    }

    /** Notes a child of this JVM. Without a note, as on a full disk, it runs all the same. */
    void add(long pid) {
        Optional<ProcessIdentity> child = ProcessIdentity.of(String.valueOf(pid));
        Optional<ProcessIdentity> parent = ProcessIdentity.ofThisJvm();
        if (child.isEmpty() || parent.isEmpty()) {
            return;
        }
        String record = String.join(
                " ",
                child.get().pid(),
                child.get().start(),
                parent.get().pid(),
                parent.get().start());
        try {
            // Whatever this process's umask leaves to others would make the records worthless.
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            if (RuntimeFolder.distrust(folder).isEmpty()) {
                Files.deleteIfExists(file(pid)); // Of an earlier process with this id.
                Files.writeString(file(pid), record, StandardOpenOption.CREATE_NEW);
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
     * Ends the children whose JVM is gone, and what they have started.
     *
     * @return their process ids
     */
    public List<Long> endOrphans() {
        List<Long> ended = new ArrayList<>();
        if (RuntimeFolder.distrust(folder).isPresent()) {
            return ended;
        }
        for (Path file : files()) {
            try {
                endOrphan(file).ifPresent(ended::add);
            } catch (IOException unreadable) {
                // Another JVM has just removed it, or it is none of ours.
            }
        }
        return ended;
    }

    private Optional<Long> endOrphan(Path file) throws IOException {
        Matcher record = RECORD.matcher(Files.readString(file));
        if (!record.matches() || new ProcessIdentity(record.group(3), record.group(4)).runs()) {
            return Optional.empty();
        }
        Optional<Long> ended = Optional.empty();
        if (new ProcessIdentity(record.group(1), record.group(2)).runs()) {
            long pid = Long.parseLong(record.group(1));
            ProcessHandle.of(pid).ifPresent(ChildRecords::endFamily);
            ended = Optional.of(pid);
        }
        Files.deleteIfExists(file);
        return ended;
    }

    private static void endFamily(ProcessHandle orphan) {
        // Asked for first: once it has ended, its children are the children of another.
        List<ProcessHandle> family =
                Stream.concat(Stream.of(orphan), orphan.descendants()).toList();
        family.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(family);
    }

    /** A killed process holds its port or probe until the kernel has dismantled it: what starts next shall find them free. */
    private static void awaitEnd(List<ProcessHandle> killed) {
        CompletableFuture<?> ends = CompletableFuture.allOf(
                killed.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            ends.get(MAX_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unfinished) {
            // Dead, but nobody has reaped it (a container without an init), or it hangs in the kernel: no reason to
            // wait on.
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
