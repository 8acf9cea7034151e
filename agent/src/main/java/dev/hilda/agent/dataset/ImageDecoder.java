// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG files to RGB, the right way up. Strict: what is truncated, damaged or of a kind whose colours this
 * decoder would guess is refused by name.
 *
 * <p>The stored numbers are taken as they are: no colour profile and no gamma is applied, as other libraries do not by
 * default either. (The JDK's own {@code getRGB} turns a stored grey of 128 into 188.) Transparency is dropped.
 */
final class ImageDecoder {
    static final int RGB = 3;

    private static final long MAX_FILE_BYTES = 256L << 20;

    /** A camera's 33 megapixels: decoded and cropped they take 200 MB, which the heap of a small bench still has. */
    private static final long MAX_PIXELS = 1L << 25;

    private static final String RESTORE = "copy it again from where it is whole, or take it out of the data set";

    /** Marker APP15, which no reader knows. */
    private static final byte UNUSED_SEGMENT = (byte) 0xEF;

    private final StoredFile file;
    private final List<String> warnings = new ArrayList<>();

    private ImageDecoder(StoredFile file) {
        this.file = file;
    }

    /** @throws DataSetException that names the file and what is wrong with it */
    static RgbImage decode(StoredFile file) {
        return new ImageDecoder(file).decode();
    }

    private RgbImage decode() {
        byte[] bytes = file.readAll(MAX_FILE_BYTES);
        try {
            ImageHeader header = ImageHeader.of(bytes);
            // The JDK's reader would convert the picture by its profile; as another segment it means nothing.
            header.profiles().forEach(at -> bytes[at] = UNUSED_SEGMENT);
            RgbImage image = rgb(pixels(bytes));
            for (String warning : warnings) {
                if (isDamage(warning)) {
                    throw refused("damaged: " + warning, RESTORE);
                }
            }
            return image.turned(header.orientation());
        } catch (ImageHeader.UnusableImageException unusable) {
            throw refused(String.valueOf(unusable.getMessage()), unusable.remedy());
        } catch (IOException | RuntimeException damaged) {
            if (damaged instanceof DataSetException known) {
                throw known;
            }
            // The JDK's readers answer damage with exceptions of all sorts.
            throw refused(String.valueOf(damaged.getMessage()), RESTORE);
        }
    }

    /** The rest of what the JPEG reader warns of is about metadata. */
    private static boolean isDamage(String warning) {
        String text = warning.toLowerCase(Locale.ROOT);
        return text.contains("corrupt") || text.contains("premature") || text.contains("inconsistent progression");
    }

    private BufferedImage pixels(byte[] bytes) throws IOException {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw refused("neither of them", "convert it, or take it out of the data set");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw refused(pixels + " pixels, more than " + MAX_PIXELS, "make it smaller");
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static RgbImage rgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] values = new byte[width * height * RGB];
        boolean isPalette = image.getColorModel() instanceof IndexColorModel;
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        // One band is grey, two are grey and transparency.
        int green = bands < RGB ? 0 : 1;
        int blue = bands < RGB ? 0 : 2;
        int[] row = new int[width * Math.max(bands, 1)];
        int at = 0;
        for (int y = 0; y < height; y++) {
            if (isPalette) {
                image.getRGB(0, y, width, 1, row, 0, width);
            } else {
                raster.getPixels(0, y, width, 1, row);
            }
            for (int x = 0; x < width; x++) {
                values[at++] = (byte) (isPalette ? row[x] >> 16 : row[x * bands]);
                values[at++] = (byte) (isPalette ? row[x] >> 8 : row[x * bands + green]);
                values[at++] = (byte) (isPalette ? row[x] : row[x * bands + blue]);
            }
        }
        return new RgbImage(width, height, values);
    }

    private DataSetException refused(String actual, String remedy) {
        return new DataSetException(
                file.path().toString(), "image", "a JPEG or PNG file in RGB or grey", actual, remedy);
    }
}
