// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder for programs that are run, libraries that are loaded, and what concerns nobody else. Whoever else could write
 * into it would run code as this user, so that it is made with mode 0700, and one that exists is believed only when nobody
 * else can have put anything there.
 */
public final class PrivateFolder {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final String OTHERS_MAY_WRITE = ": others may have put files there";
    private static final String REMOVE = "remove it with its content; it is made again";
    private static final String LET_REMOVE = "let its owner or root remove it";

    private PrivateFolder() {}

    /**
     * Makes the folder, or takes the one that exists. One of this user's that others may only read is closed to them.
     *
     * @return the folder, of mode 0700
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when it is a link or no folder, another user's, or others may
     *     write there
     */
    public static Path require(Path folder) {
        try {
            create(folder);
            Ownership found = Ownership.of(folder);
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(folder, "a link or a file", "remove it");
            }
            if (!found.isOfThisUser()) {
                throw refused(folder, "one of user " + found.owner(), LET_REMOVE);
            }
            if (found.othersMayWrite()) {
                throw refused(folder, "mode " + found.mode() + OTHERS_MAY_WRITE, REMOVE);
            }
            if (!found.permissions().equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(folder, OWNER_ONLY);
            }
            return folder;
        } catch (IOException e) {
            throw refused(folder, IoReason.of(e), "make room there, or set XDG_CACHE_HOME to a folder of your own");
        }
    }

    /**
     * Takes a folder that is there, to be read only; root may have made it for all users.
     *
     * @throws BenchFailure as {@link #require} does
     */
    public static void requireForReading(Path folder) {
        try {
            Ownership found = Ownership.of(folder.toRealPath());
            if (!found.isOfThisUser() && !found.isOfRoot()) {
                throw refused(folder, "one of user " + found.owner(), LET_REMOVE);
            }
            if (found.othersMayWrite()) {
                throw refused(folder, "mode " + found.mode() + OTHERS_MAY_WRITE, REMOVE);
            }
        } catch (IOException e) {
            throw refused(folder, IoReason.of(e), "set XDG_CACHE_HOME to a folder of your own");
        }
    }

    private static void create(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            // Whose it is, the caller asks.
        }
    }

    private static BenchFailure refused(Path folder, String actual, String remedy) {
        return BenchFailure.of(FailureKind.BENCH, "use the folder " + folder)
                .expected("a folder that only this user may write")
                .actual(actual)
                .remedy(remedy)
                .failure();
    }
}
