// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * JPEG and PNG files. Each is decoded by {@link ImageDecoder}, cropped and resized to the shape by {@link TriangleFilter};
 * a network with one channel gets (19595·R + 38470·G + 7471·B + 2^15) / 2^16. The filter is exact; decoding a JPEG is the
 * JDK's own, and another JDK may differ by a step or so in a few pixels.
 */
final class ImageFolder implements SampleSource {
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
        RgbImage image = ImageDecoder.decode(StoredFile.of(StoredFile.resolve(folder, files.get(index))));
        Crop.Box box = crop.of(image.width(), image.height());
        byte[] cropped = channels(image, box);
        return TriangleFilter.resize(
                cropped, box.height(), box.width(), shape.channels(), shape.height(), shape.width());
    }

    @Override
    public Optional<SampleSource> picture(Path file) {
        return Optional.of(picture(file, shape, crop));
    }

    /** A single picture. */
    static ImageFolder picture(Path file, TensorShape shape, Crop crop) {
        Path whole = file.toAbsolutePath().normalize();
        Path folder = whole.getParent();
        return new ImageFolder(
                folder == null ? whole : folder, List.of(String.valueOf(whole.getFileName())), shape, crop);
    }

    /** Size of an image in colour. */
    static TensorShape size(Path file) {
        RgbImage image = ImageDecoder.decode(StoredFile.of(file));
        return new TensorShape(image.height(), image.width(), ImageDecoder.RGB);
    }

    private byte[] channels(RgbImage image, Crop.Box box) {
        int channels = shape.channels();
        byte[] values = new byte[box.width() * box.height() * channels];
        int at = 0;
        for (int y = box.top(); y < box.top() + box.height(); y++) {
            for (int x = box.left(); x < box.left() + box.width(); x++) {
                int red = image.value(x, y, 0);
                int green = image.value(x, y, 1);
                int blue = image.value(x, y, 2);
                if (channels == ImageDecoder.RGB) {
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
}
