// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Keys and signatures as files. Everything that is wrong with one is told as a failure of kind signature. */
public final class KeyFiles {
    /** The end of a name: of a private key. */
    public static final String SECRET = ".key";

    /** The end of a name: of a public key. */
    public static final String PUBLIC = ".pub";

    private static final int MAX_BYTES = 1 << 14;
    private static final String OWNER_ONLY = "rw-------";
    private static final String ALL_READ = "rw-r--r--";
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private KeyFiles() {}

    /**
     * Writes a key: the private half for its owner only, the public one for all. Nothing is ever replaced, and no link
     * followed.
     *
     * @return the file of the private half
     * @throws BenchFailure when either file is there, or cannot be written
     */
    public static Path create(Path folder, String name, SigningKey key) {
        Path secret = folder.resolve(name + SECRET);
        Path open = folder.resolve(name + PUBLIC);
        for (Path file : new Path[] {secret, open}) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw taken(file, name);
            }
        }
        write(secret, key.text(), OWNER_ONLY, name);
        write(open, key.verification().text(), ALL_READ, name);
        return secret;
    }

    private static void write(Path file, String text, String mode, String name) {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(
                file, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
            ByteBuffer rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw taken(file, name);
        } catch (IOException e) {
            throw failed("write " + file, "a folder that this user may write", IoReason.of(e), "name another folder");
        }
    }

    private static BenchFailure taken(Path file, String name) {
        return failed(
                "make the key " + name,
                "no file " + file,
                "one is there; a key is never replaced",
                "choose another name");
    }

    /**
     * Reads a private key.
     *
     * @throws BenchFailure also when others may read it: it may be theirs too by now
     */
    public static SigningKey secret(Path file) {
        String attempted = "use the key " + file;
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw failed(
                        attempted,
                        "a file that its owner only may use (" + OWNER_ONLY + ")",
                        PosixFilePermissions.toString(permissions),
                        "chmod 600 " + file + "; make a new key where somebody may have read this one");
            }
        } catch (IOException e) {
            throw failed(attempted, "a private key that you may read", IoReason.of(e), "check the path");
        }
        return parsed(
                file,
                attempted,
                SigningKey::parse,
                "name the file NAME" + SECRET + " that hilda key create has written");
    }

    /** Reads a public key. */
    public static VerificationKey open(Path file) {
        return parsed(
                file,
                "use the key " + file,
                VerificationKey::parse,
                "name the file NAME" + PUBLIC + " that hilda key create has written");
    }

    /** The text of the signature that lies beside a bundle, whatever it is worth; empty where none does. */
    public static Optional<String> signature(Path bundle) {
        Path file = BundleSignature.beside(bundle);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return Optional.of(parsed(
                file,
                "use the signature " + file,
                text -> BundleSignature.parse(text).text(),
                "sign the bundle again: hilda key sign " + bundle + " --key FILE"));
    }

    private static <T> T parsed(Path file, String attempted, Function<String, T> parser, String remedy) {
        try {
            if (!Files.isRegularFile(file)) {
                throw failed(attempted, "a file", Files.exists(file) ? "no regular file" : "nothing there", remedy);
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw failed(attempted, "at most " + MAX_BYTES + " bytes", "more", remedy);
                }
                return parser.apply(new String(bytes, StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw failed(attempted, "a file that you may read", IoReason.of(e), remedy);
        } catch (IllegalArgumentException e) {
            String[] parts = String.valueOf(e.getMessage()).split(", got ", 2);
            throw failed(attempted, parts[0].replaceFirst("^expected ", ""), parts[parts.length - 1], remedy);
        }
    }

    private static BenchFailure failed(String attempted, String expected, String actual, String remedy) {
        return BenchFailure.of(FailureKind.SIGNATURE, attempted)
                .expected(expected)
                .actual(actual)
                .remedy(remedy)
                .failure();
    }
}
