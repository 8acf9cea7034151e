// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * A sample to look at: pixels as they are, other values as greys.
 *
 * @param range of its values
 */
public record SamplePicture(BufferedImage picture, ValueRange range) {
    private static final int RGB = 3;

    /**
     * As it is stored.
     *
     * @param sample for one input
     */
    public static SamplePicture of(Sample sample) {
        return of(sample, Optional.empty());
    }

    /**
     * As a network gets it.
     *
     * @param input of a network of integers, whose codes are then shown
     */
    static SamplePicture of(Sample sample, Optional<Tensor> input) {
        InputValues values = sample.only();
        double[] reals = new double[values.shape().elements()];
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (int element = 0; element < reals.length; element++) {
            reals[element] = values.real(element);
            least = Math.min(least, reals[element]);
            largest = Math.max(largest, reals[element]);
        }
        ValueRange range = new ValueRange(least, largest);
        return new SamplePicture(picture(greys(values, reals, range, input), values.shape()), range);
    }

    public int width() {
        return picture.getWidth();
    }

    public int height() {
        return picture.getHeight();
    }

    /** As a PNG that stands in a page itself. */
    public String dataUri() {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(picture));
    }

    /** 0 to 255 for each value. */
    private static int[] greys(InputValues values, double[] reals, ValueRange range, Optional<Tensor> input) {
        int[] greys = new int[reals.length];
        if (input.isPresent()) {
            byte[] codes = values.codes(input.get());
            int highest = Bits.highestCode(input.get().bits());
            for (int element = 0; element < greys.length; element++) {
                greys[element] = Byte.toUnsignedInt(codes[element]) * 255 / highest;
            }
            return greys;
        }
        ValueRange stored = values.type().range().orElse(range);
        RealMapping toGrey = stored.onto(ValueRange.BYTE);
        for (int element = 0; element < greys.length; element++) {
            double value = values.type() == ElementType.F32 ? reals[element] : values.stored(element);
            greys[element] = (int) Math.round(toGrey.real(value));
        }
        return greys;
    }

    /** Colours where there are three channels, else the channels one below the other. */
    private static BufferedImage picture(int[] greys, TensorShape shape) {
        boolean isColour = shape.channels() == RGB;
        boolean isStrip = shape.pixels() == 1;
        int width = isStrip ? shape.channels() : shape.width();
        int planes = isColour || isStrip ? 1 : shape.channels();
        BufferedImage picture = new BufferedImage(width, shape.height() * planes, BufferedImage.TYPE_INT_RGB);
        int channels = isStrip ? 1 : shape.channels();
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * channels;
                for (int plane = 0; plane < planes; plane++) {
                    boolean hasColour = isColour && !isStrip;
                    int red = greys[at + plane];
                    int green = greys[at + (hasColour ? 1 : plane)];
                    int blue = greys[at + (hasColour ? 2 : plane)];
                    picture.setRGB(x, plane * shape.height() + y, red << 16 | green << 8 | blue);
                }
            }
        }
        return picture;
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
