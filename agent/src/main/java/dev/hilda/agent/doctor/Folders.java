// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.folder.RuntimeFolder;
import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The folders that HILDA writes to: whose they are, who else may write, and how much room there is. */
record Folders() implements Check {
    private static final long MEGABYTE = 1_000_000;
    private static final long FEW_BYTES = 1_000 * MEGABYTE;
    private static final long TOO_FEW_BYTES = 200 * MEGABYTE;

    @Override
    public List<Finding> look(Host host) {
        UserFolders folders = UserFolders.of(host.environment());
        List<Finding> findings = new ArrayList<>();
        findings.add(one(host, "cache", folders.cache(), "rm -r " + folders.cache()));
        findings.add(one(host, "state", folders.state(), "chmod go-w " + folders.state()));
        Path runtime = RuntimeFolder.of(host.environment());
        findings.add(one(host, "runtime folder", runtime, "rm -r " + runtime));
        return findings;
    }

    /** @param whereOthersWrite what to do about a folder that others may have put files into */
    private static Finding one(Host host, String subject, Path folder, String whereOthersWrite) {
        Path existing = folder;
        while (existing.getParent() != null && !Files.exists(host.at(existing.toString()))) {
            existing = existing.getParent();
        }
        if (!host.mayWrite(existing.toString())) {
            return Finding.problem(
                    subject,
                    "this user may not write to " + existing,
                    existing.equals(folder)
                            ? "sudo chown -R \"$(id -u)\" " + folder
                            : "sudo install -d -m 700 -o \"$(id -u)\" " + folder);
        }
        if (existing.equals(folder)) {
            Optional<Finding> exposed = exposed(host, subject, folder, whereOthersWrite);
            if (exposed.isPresent()) {
                return exposed.get();
            }
        }
        return room(host, subject, folder);
    }

    private static Optional<Finding> exposed(Host host, String subject, Path folder, String remedy) {
        try {
            Set<PosixFilePermission> permissions =
                    Files.getPosixFilePermissions(host.at(folder.toString()), LinkOption.NOFOLLOW_LINKS);
            boolean othersWrite = permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            return othersWrite
                    ? Optional.of(Finding.problem(subject, "others may write to " + folder, remedy))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of(Finding.problem(subject, folder + ": " + e, "check that folder"));
        }
    }

    private static Finding room(Host host, String subject, Path folder) {
        long free = host.freeBytes(folder.toString());
        String text = folder + ", " + free / MEGABYTE + " MB free";
        String remedy = "make room there: du -xsh " + folder.getParent() + "/* shows what is large";
        if (free < TOO_FEW_BYTES) {
            return Finding.problem(subject, text, remedy);
        }
        return free < FEW_BYTES ? Finding.warning(subject, text, remedy) : Finding.ok(subject, text);
    }
}
