// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** A file of a data set; what goes wrong with it becomes a {@link DataSetException} that names it. */
record StoredFile(Path path, long sizeBytes) {
    /** @throws DataSetException when there is no such regular file */
    static StoredFile of(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new DataSetException(
                    path.toString(), "data file", "a file", kind(path), "put it there or correct the path");
        }
        try {
            return new StoredFile(path, Files.size(path));
        } catch (IOException unreadable) {
            throw unreadable(path, unreadable);
        }
    }

    /**
     * A path that a data set names.
     *
     * @param folder relative paths start there
     */
    static Path resolve(Path folder, String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new DataSetException(
                    folder.toString(), "data file", "a path", e.getReason(), "correct the name in the data set");
        }
    }

    private static String kind(Path path) {
        if (Files.isDirectory(path)) {
            return "a folder";
        }
        return Files.exists(path) ? "a pipe or a device" : "nothing of that name";
    }

    /** The whole file, which may have at most {@code maxBytes}. */
    byte[] readAll(long maxBytes) {
        if (sizeBytes > maxBytes) {
            throw new DataSetException(
                    path.toString(),
                    "data file",
                    "at most " + maxBytes + " bytes",
                    sizeBytes + " bytes",
                    "check that this is the right file");
        }
        return read(0, (int) sizeBytes);
    }

    /**
     * The values of one sample, all of them numbers.
     *
     * @param index names the sample where a value is none
     */
    byte[] readSample(long offset, int length, ElementType type, int index) {
        byte[] values = read(offset, length);
        OptionalDouble wrong = type.firstNotFinite(values);
        if (wrong.isPresent()) {
            throw new DataSetException(
                    path.toString(),
                    "sample " + index,
                    "finite values",
                    String.valueOf(wrong.getAsDouble()),
                    "correct what wrote the file; check the key dtype");
        }
        return values;
    }

    /** Bytes from the middle of the file. */
    byte[] read(long offset, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            channel.position(offset);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new DataSetException(
                            path.toString(),
                            "data file",
                            (offset + length) + " bytes",
                            (offset + buffer.position()) + " bytes",
                            "leave the file alone while it is read");
                }
            }
        } catch (IOException unreadable) {
            throw unreadable(path, unreadable);
        }
        return buffer.array();
    }

    private static DataSetException unreadable(Path path, IOException reason) {
        String what = reason instanceof NoSuchFileException ? "nothing of that name" : String.valueOf(reason);
        return new DataSetException(path.toString(), "data file", "a readable file", what, "check it and its rights");
    }
}
