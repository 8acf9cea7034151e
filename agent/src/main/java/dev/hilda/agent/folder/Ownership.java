// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may have put files into a folder. */
record Ownership(int owner, Set<PosixFilePermission> permissions) {
    private static final int ROOT = 0;
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /** Of a link, not of what it leads to. */
    static Ownership of(Path folder) throws IOException {
        return new Ownership(
                (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS),
                Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
    }

    boolean isOfThisUser() {
        return owner == thisUser();
    }

    /** Whose files this user runs anyway. */
    boolean isOfRoot() {
        return owner == ROOT;
    }

    boolean othersMayWrite() {
        return permissions.stream().anyMatch(OTHERS_WRITE::contains);
    }

    /** As {@code ls} writes it. */
    String mode() {
        return PosixFilePermissions.toString(permissions);
    }

    /** Of the process, as the kernel counts it. */
    static int thisUser() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("the user id of this process", e);
        }
    }
}
