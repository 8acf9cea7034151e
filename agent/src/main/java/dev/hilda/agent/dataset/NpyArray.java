// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A NumPy array of equal rows along its first axis, all in memory: numbers that are no samples, as the outputs of another
 * framework.
 */
public final class NpyArray {
    private static final long MAX_FILE_BYTES = 1L << 30;
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    /** NumPy aligns the values to it. */
    private static final int HEADER_BYTES = 128;

    private final NpyHeader header;
    private final ByteBuffer values;

    private NpyArray(NpyHeader header, ByteBuffer values) {
        this.header = header;
        this.values = values;
    }

    /**
     * Reads a whole file of float32, float64, uint8 or int8.
     *
     * @throws DataSetException when it is something else
     */
    public static NpyArray read(Path path) {
        StoredFile file = StoredFile.of(path);
        NpyHeader header = NpyHeader.read(file);
        int bytes = bytes(header.descr());
        boolean isKnown = bytes > 0 && !header.extents().isEmpty();
        long expected = header.bytes() + header.elements() * bytes;
        if (!isKnown || file.sizeBytes() != expected) {
            throw new DataSetException(
                    path.toString(),
                    "NumPy array",
                    "float32, float64, uint8 or int8 with the samples along the first axis",
                    header.descr() + " of extents " + header.extents() + " in " + file.sizeBytes() + " bytes",
                    "write it with numpy.save, for example of array.astype(numpy.float32)");
        }
        byte[] all = file.readAll(MAX_FILE_BYTES);
        return new NpyArray(
                header,
                ByteBuffer.wrap(all, header.bytes(), all.length - header.bytes())
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN));
    }

    private static int bytes(String descr) {
        return switch (descr) {
            case "<f8" -> Double.BYTES;
            case "<f4" -> Float.BYTES;
            case "|u1", "|i1" -> 1;
            default -> 0;
        };
    }

    /** Extent of the first axis. */
    public int rows() {
        return header.extents().get(0);
    }

    /** Product of the other extents. */
    public int columns() {
        return rows() == 0 ? 0 : Math.toIntExact(header.elements() / rows());
    }

    /** Whether the numbers are real ones, not codes. */
    public boolean isReal() {
        return header.descr().startsWith("<f");
    }

    /** Outermost first. */
    public List<Integer> extents() {
        return header.extents();
    }

    /** One row. */
    public double[] row(int row) {
        double[] numbers = new double[columns()];
        for (int column = 0; column < numbers.length; column++) {
            numbers[column] = value(row * numbers.length + column);
        }
        return numbers;
    }

    private double value(int index) {
        return switch (header.descr()) {
            case "<f8" -> values.getDouble(index * Double.BYTES);
            case "<f4" -> values.getFloat(index * Float.BYTES);
            case "|u1" -> Byte.toUnsignedInt(values.get(index));
            default -> values.get(index);
        };
    }

    /** The beginning of a file of float32 rows, whose values follow in little-endian. Always as many bytes. */
    public static byte[] float32Header(int rows, int columns) {
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }";
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int textBytes = HEADER_BYTES - MAGIC.length - Short.BYTES;
        String padded = text + " ".repeat(textBytes - text.length() - 1) + "\n";
        return bytes.put(MAGIC)
                .putShort((short) textBytes)
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
