// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.tensor.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Activations of one value for all calibration images, some images at a time. They lie in a file of the temporary folder
 * that has no name any more: memory holds one chunk, and nothing is left however the program ends.
 */
final class StoredActivations implements AutoCloseable {
    private final TensorShape shape;
    private final FileChannel file;
    private final List<Integer> firstImages = new ArrayList<>();
    private int images;

    StoredActivations(TensorShape shape) {
        this.shape = shape;
        try {
            Path path = Files.createTempFile("hilda-activations-", "");
            this.file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    TensorShape shape() {
        return shape;
    }

    int images() {
        return images;
    }

    int chunks() {
        return firstImages.size();
    }

    /** Index of a chunk's first image among all. */
    int firstImage(int chunk) {
        return firstImages.get(chunk);
    }

    void append(Batch chunk) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(chunk.values().length, Float.BYTES));
        bytes.asFloatBuffer().put(chunk.values());
        long position = position(images);
        try {
            while (bytes.hasRemaining()) {
                position += file.write(bytes, position);
            }
        } catch (IOException e) {
            throw failure(e);
        }
        firstImages.add(images);
        images += chunk.images();
    }

    Batch chunk(int index) {
        int first = firstImage(index);
        int count = (index + 1 < chunks() ? firstImage(index + 1) : images) - first;
        float[] values = new float[count * shape.elements()];
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        long position = position(first);
        try {
            while (bytes.hasRemaining()) {
                int read = file.read(bytes, position);
                if (read < 0) {
                    throw new IOException("the file ends at " + position);
                }
                position += read;
            }
        } catch (IOException e) {
            throw failure(e);
        }
        bytes.flip().asFloatBuffer().get(values);
        return new Batch(shape, count, values);
    }

    private long position(int image) {
        return (long) image * shape.elements() * Float.BYTES;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static UncheckedIOException failure(IOException cause) {
        String folder = System.getProperty("java.io.tmpdir");
        return new UncheckedIOException(
                "activations of the calibration images in " + folder + " (TMPDIR names another folder)", cause);
    }
}
