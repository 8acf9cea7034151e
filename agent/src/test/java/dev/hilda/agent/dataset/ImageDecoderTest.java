// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;

    @TempDir
    private Path folder;

    /** Each quarter of another colour: red, green, blue and white, from the top left. */
    private static BufferedImage quarters(int type) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        int[] colours = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, colours[(y < HEIGHT / 2 ? 0 : 2) + (x < WIDTH / 2 ? 0 : 1)]);
            }
        }
        return image;
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    private static byte[] progressive() throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(stream);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            BufferedImage image = quarters(BufferedImage.TYPE_INT_RGB);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private RgbImage decoded(byte[] bytes) throws IOException {
        return ImageDecoder.decode(StoredFile.of(Files.write(folder.resolve("a.img"), bytes)));
    }

    private String refusal(byte[] bytes) {
        String message = String.valueOf(
                assertThrows(DataSetException.class, () -> decoded(bytes)).getMessage());
        assertTrue(message.contains("a.img: image"), message);
        return message;
    }

    private static String colour(RgbImage image, int x, int y) {
        StringBuilder name = new StringBuilder();
        for (int channel = 0; channel < 3; channel++) {
            name.append(image.value(x, y, channel) > 127 ? "RGB".charAt(channel) : '-');
        }
        return name.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png"})
    void shouldRefuseAFileThatEndsEarlyWhereverItEnds(String format) throws IOException {
        byte[] whole = encoded(quarters(BufferedImage.TYPE_INT_RGB), format);
        assertEquals("R--", colour(decoded(whole), 9, 9));
        for (int bytes : new int[] {40, whole.length / 2, whole.length * 9 / 10, whole.length - 2}) {
            String message = refusal(Arrays.copyOf(whole, bytes));
            assertTrue(message.contains("truncated") && message.contains("copy it again"), bytes + ": " + message);
        }
    }

    @Test
    void shouldRefuseAProgressiveFileWithoutItsLastScans() throws IOException {
        byte[] whole = progressive();
        assertEquals("-G-", colour(decoded(whole), WIDTH - 9, 9));
        assertTrue(refusal(Arrays.copyOf(whole, whole.length * 3 / 4)).contains("truncated"));
    }

    @Test
    void shouldRefuseAJpegWithDamagedPixels() throws IOException {
        BufferedImage noise = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            noise.setRGB(pixel % WIDTH, pixel / WIDTH, random.nextInt());
        }
        byte[] jpeg = encoded(noise, "jpg");
        // The end is there, but a stretch of the scan is not.
        byte[] gap = new byte[jpeg.length - 2000];
        System.arraycopy(jpeg, 0, gap, 0, gap.length - 500);
        System.arraycopy(jpeg, jpeg.length - 500, gap, gap.length - 500, 500);
        assertTrue(refusal(gap).contains("damaged"), "a scan of too few bytes");
    }

    @Test
    void shouldRefuseAPngWithAFlippedBit() throws IOException {
        byte[] png = encoded(quarters(BufferedImage.TYPE_INT_RGB), "png");
        png[png.length / 2] ^= 1;
        assertTrue(refusal(png).contains("checksum of chunk IDAT"), refusal(png));
    }

    /** Which colours are then at the corners: top left, top right, bottom left, bottom right. */
    @ParameterizedTest
    @CsvSource({
        "1, R-- -G- --B RGB",
        "2, -G- R-- RGB --B",
        "3, RGB --B -G- R--",
        "4, --B RGB R-- -G-",
        "5, R-- --B -G- RGB",
        "6, --B R-- RGB -G-",
        "7, RGB -G- --B R--",
        "8, -G- RGB R-- --B",
        "0, R-- -G- --B RGB",
        "9, R-- -G- --B RGB"
    })
    void shouldTurnTheImageTheRightWayUp(int orientation, String corners) throws IOException {
        byte[] jpeg = encoded(quarters(BufferedImage.TYPE_INT_RGB), "jpg");
        byte[] png = encoded(quarters(BufferedImage.TYPE_INT_RGB), "png");
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            assertCorners(corners, decoded(withExif(jpeg, tiff(orientation, order))));
            assertCorners(corners, decoded(withChunk(png, tiff(orientation, order))));
        }
    }

    private static void assertCorners(String expected, RgbImage image) {
        int right = image.width() - 9;
        int bottom = image.height() - 9;
        assertEquals(
                expected,
                String.join(
                        " ",
                        colour(image, 9, 9),
                        colour(image, right, 9),
                        colour(image, 9, bottom),
                        colour(image, right, bottom)));
        assertEquals(WIDTH * HEIGHT, image.width() * image.height());
    }

    private static byte[] tiff(int orientation, ByteOrder order) {
        ByteBuffer tiff = ByteBuffer.allocate(38).order(order);
        tiff.putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4D4D : 0x4949))
                .putShort((short) 42)
                .putInt(8);
        tiff.putShort((short) 2);
        tiff.putShort((short) 0x0100).putShort((short) 3).putInt(1).putInt(0);
        tiff.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        return tiff.array();
    }

    private static byte[] withExif(byte[] jpeg, byte[] tiff) {
        ByteBuffer bytes = ByteBuffer.allocate(jpeg.length + 10 + tiff.length);
        bytes.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (8 + tiff.length));
        bytes.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff).put(jpeg, 2, jpeg.length - 2);
        return bytes.array();
    }

    private static byte[] withChunk(byte[] png, byte[] tiff) {
        int afterHeader = 8 + 25;
        ByteBuffer bytes = ByteBuffer.allocate(png.length + 12 + tiff.length);
        bytes.put(png, 0, afterHeader)
                .putInt(tiff.length)
                .put("eXIf".getBytes(StandardCharsets.US_ASCII))
                .put(tiff);
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), afterHeader + 4, 4 + tiff.length);
        bytes.putInt((int) crc.getValue()).put(png, afterHeader, png.length - afterHeader);
        return bytes.array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png"})
    void shouldTakeGreyAsItIsStored(String format) throws IOException {
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int pixel = 0; pixel < 256; pixel++) {
            grey.getRaster().setSample(pixel % 16, pixel / 16, 0, 128);
        }
        RgbImage image = decoded(encoded(grey, format));
        for (int channel = 0; channel < 3; channel++) {
            assertEquals(128, image.value(7, 7, channel), "the JDK's getRGB would make it 188");
        }
    }

    /** A profile under which the stored red is another one: linear light. */
    @Test
    void shouldNotApplyColourProfiles() throws IOException {
        BufferedImage brown = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            brown.setRGB(pixel % WIDTH, pixel / WIDTH, 0x804020);
        }
        byte[] jpeg = encoded(brown, "jpg");
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] name = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(jpeg.length + 4 + name.length + profile.length);
        // Behind JFIF's segment, which comes first.
        int at = 20;
        bytes.put(jpeg, 0, at).putShort((short) 0xFFE2).putShort((short) (2 + name.length + profile.length));
        bytes.put(name).put(profile).put(jpeg, at, jpeg.length - at);
        RgbImage plain = decoded(jpeg);
        RgbImage profiled = decoded(bytes.array());
        for (int x = 0; x < WIDTH; x++) {
            for (int channel = 0; channel < 3; channel++) {
                assertEquals(plain.value(x, 20, channel), profiled.value(x, 20, channel), "column " + x);
            }
        }
    }

    @Test
    void shouldReadPalettesAndDropTransparency() throws IOException {
        assertEquals("--B", colour(decoded(encoded(quarters(BufferedImage.TYPE_BYTE_INDEXED), "png")), 9, HEIGHT - 9));
        BufferedImage glass = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
        glass.setRGB(0, 0, 0x10FF8040);
        RgbImage image = decoded(encoded(glass, "png"));
        assertEquals("255 128 64", image.value(0, 0, 0) + " " + image.value(0, 0, 1) + " " + image.value(0, 0, 2));
    }

    @Test
    void shouldRefuseByNameWhatItWouldGuess() throws IOException {
        BufferedImage deep = ImageTypeSpecifier.createGrayscale(16, DataBuffer.TYPE_USHORT, false)
                .createBufferedImage(4, 4);
        String sixteen = refusal(encoded(deep, "png"));
        assertTrue(sixteen.contains("a PNG with 16 bits a channel") && sixteen.contains("-depth 8"), sixteen);
        byte[] jpeg = encoded(quarters(BufferedImage.TYPE_INT_RGB), "jpg");
        int frame = frameOf(jpeg);
        byte[] cmyk = jpeg.clone();
        cmyk[frame + 9] = 4;
        assertTrue(refusal(cmyk).contains("a CMYK JPEG"), refusal(cmyk));
        byte[] twelve = jpeg.clone();
        twelve[frame + 4] = 12;
        assertTrue(refusal(twelve).contains("a JPEG with 12 bits a channel"), refusal(twelve));
        byte[] arithmetic = jpeg.clone();
        arithmetic[frame + 1] = (byte) 0xC9;
        assertTrue(refusal(arithmetic).contains("arithmetic JPEG"), refusal(arithmetic));
    }

    private static int frameOf(byte[] jpeg) {
        for (int at = 2; ; at += 2 + Byte.toUnsignedInt(jpeg[at + 2]) * 256 + Byte.toUnsignedInt(jpeg[at + 3])) {
            if ((jpeg[at + 1] & 0xFF) == 0xC0) {
                return at;
            }
        }
    }
}
