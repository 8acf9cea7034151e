// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG and PNG files. Each is decoded to RGB, cropped and resized to the shape by {@link TriangleFilter};
 * a network with one channel gets (19595·R + 38470·G + 7471·B + 2^15) / 2^16. The filter is exact; decoding a JPEG is the
 * JDK's own, and another JDK may differ by a step or so in a few pixels. Orientation tags are not applied, transparency is
 * dropped.
 */
final class ImageFolder implements SampleSource {
    private static final long MAX_FILE_BYTES = 256L << 20;

    /** A camera's 33 megapixels: decoded and cropped they take 200 MB, which the heap of a small bench still has. */
    private static final long MAX_PIXELS = 1L << 25;

    private static final int RGB = 3;

    private final Path folder;
    private final List<String> files;
    private final TensorShape shape;
    private final Crop crop;

    /**
     * @param shape of the network's input: 1 or 3 channels
     * @param crop what of each image is used
     */
    ImageFolder(Path folder, List<String> files, TensorShape shape, Crop crop) {
        this.folder = folder;
        this.files = List.copyOf(files);
        this.shape = shape;
        this.crop = crop;
        StoredFile.of(StoredFile.resolve(folder, files.get(0)));
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String id(int index) {
        return files.get(index);
    }

    @Override
    public byte[] read(int index) {
        BufferedImage image = decode(StoredFile.of(StoredFile.resolve(folder, files.get(index))));
        Crop.Box box = crop.of(image.getWidth(), image.getHeight());
        byte[] cropped = channels(image, box);
        return TriangleFilter.resize(
                cropped, box.height(), box.width(), shape.channels(), shape.height(), shape.width());
    }

    /** Size of an image in colour; its pixels are not read. */
    static TensorShape size(Path file) {
        BufferedImage image = decode(StoredFile.of(file));
        return new TensorShape(image.getHeight(), image.getWidth(), RGB);
    }

    private byte[] channels(BufferedImage image, Crop.Box box) {
        int channels = shape.channels();
        byte[] values = new byte[box.width() * box.height() * channels];
        int[] row = new int[box.width()];
        int at = 0;
        for (int y = 0; y < box.height(); y++) {
            image.getRGB(box.left(), box.top() + y, box.width(), 1, row, 0, box.width());
            for (int pixel : row) {
                int red = pixel >> 16 & 0xFF;
                int green = pixel >> 8 & 0xFF;
                int blue = pixel & 0xFF;
                if (channels == RGB) {
                    values[at++] = (byte) red;
                    values[at++] = (byte) green;
                    values[at++] = (byte) blue;
                } else {
                    values[at++] = (byte) ((19595 * red + 38470 * green + 7471 * blue + (1 << 15)) >> 16);
                }
            }
        }
        return values;
    }

    private static BufferedImage decode(StoredFile file) {
        byte[] bytes = file.readAll(MAX_FILE_BYTES);
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw undecodable(file, "neither of them");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw undecodable(file, pixels + " pixels, more than " + MAX_PIXELS);
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException damaged) {
            if (damaged instanceof DataSetException known) {
                throw known;
            }
            // The JDK's readers answer damage with exceptions of all sorts.
            throw undecodable(file, String.valueOf(damaged.getMessage()));
        }
    }

    private static DataSetException undecodable(StoredFile file, String actual) {
        return new DataSetException(
                file.path().toString(),
                "image",
                "a JPEG or PNG file in RGB or grey",
                actual,
                "convert it, or take it out of the labels");
    }
}
